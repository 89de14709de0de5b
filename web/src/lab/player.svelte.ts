/** An instrument's document: a rough one within a frame, the exact one soon after, and the one before as a ghost. */
import { ask, Refusal } from '../engine'
import { shorter } from './commands'
import type { Mission } from './documents'

export interface Played<T> {
  body: T
  text: string
  words: string[]
  /** Of the last phase that was played, seconds. */
  latency: Float64Array
  rough: boolean
  milliseconds: number
}

/** What the rough answer may take of the engine's time. */
const frame = 12

export class Player<T> {
  shown = $state.raw<Played<T>>()
  /** The last exact one. */
  exact = $state.raw<Played<T>>()
  ghost = $state.raw<Played<T>>()
  problem = $state('')
  working = $state(false)
  private turn = 0
  private stood = 0

  constructor(private readonly key: string) {}

  /** `canBeShort`: the command simulates, so that it can be played for a shorter time first; `whole`: how long it is, where that is known. */
  async play(words: string[], canBeShort: boolean, whole?: number): Promise<void> {
    const mine = ++this.turn
    const line = words.join(' ')
    if (this.exact?.words.join(' ') === line) {
      this.shown = this.exact
      this.problem = ''
      this.working = false
      return
    }
    // What stood still for a while is what the next change is compared with.
    if (this.exact && performance.now() - this.stood > 700) this.ghost = this.exact
    this.working = true
    try {
      const seconds = canBeShort ? this.roughSeconds(whole) : undefined
      for (const rough of seconds === undefined ? [false] : [true, false]) {
        const said = rough ? shorter(words, seconds!) : words
        // Beside what answers at once, where it may take long.
        const long = !rough && words[0] !== 'tail' && (this.exact?.milliseconds ?? Infinity) > 2 * frame
        // What cannot be played shorter is played whole.
        const answer = await ask<T>(this.key, said, { long }).catch((error: unknown) => {
          if (!rough || !(error instanceof Refusal)) throw error
          return 'none' as const
        })
        if (answer === 'none') continue
        if (!answer || mine !== this.turn) return
        const { latency, milliseconds } = answer.answer
        this.shown = { body: answer.body, text: answer.text, words, latency, rough, milliseconds }
        if (!rough) {
          this.exact = this.shown
          this.stood = performance.now()
        }
        this.problem = ''
      }
    } catch (error) {
      if (mine === this.turn) this.problem = (error as Error).message
    }
    if (mine === this.turn) this.working = false
  }

  /** By what the last exact one took; undefined where it is short enough itself. */
  private roughSeconds(whole: number | undefined): number | undefined {
    const mission = this.exact?.body as Mission | undefined
    const length = mission?.phases?.[0]?.scenario.min_duration_seconds ?? whole
    if (!length) return undefined
    // A mission lasts a second at least.
    const share = this.exact ? frame / this.exact.milliseconds : 1 / 30
    return share > 0.7 || length < 1.5 ? undefined : Math.max(1, length * share)
  }
}
