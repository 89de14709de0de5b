/** An instrument's document: a rough one within a frame, the exact one soon after, and the one before as a ghost. */
import { ask, Refusal } from '../engine'
import { lengthIn, lighter, shorter } from './commands'
import type { Mission, Versus } from './documents'

export interface Played<T> {
  body: T
  text: string
  words: string[]
  /** Of the last phase that was played, seconds. */
  latency: Float64Array
  rough: boolean
  /** It is rough, and what it simulates is shorter than asked for. */
  short: boolean
  milliseconds: number
}

interface Rough {
  words: string[]
  short: boolean
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
      const first = canBeShort ? roughOf(words, this.exact, whole) : undefined
      for (const rough of first ? [first, undefined] : [undefined]) {
        // Beside what answers at once, where it may take long.
        const long = !rough && words[0] !== 'tail' && (this.exact?.milliseconds ?? Infinity) > 2 * frame
        // What cannot be played shorter is played whole.
        const answer = await ask<T>(this.key, rough?.words ?? words, { long }).catch((error: unknown) => {
          if (!rough || !(error instanceof Refusal)) throw error
          return 'none' as const
        })
        if (answer === 'none') continue
        if (!answer || mine !== this.turn) return
        const { latency, milliseconds } = answer.answer
        this.shown = { body: answer.body, text: answer.text, words, latency, rough: rough !== undefined, short: rough?.short ?? false, milliseconds }
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
}

/** What is asked first; undefined where the last exact answer took no longer than a rough one may. `whole`: seconds, where the words set none. */
export function roughOf(words: string[], exact: Pick<Played<unknown>, 'body' | 'milliseconds'> | undefined, whole: number | undefined): Rough | undefined {
  const share = exact ? frame / exact.milliseconds : 1 / 30
  if (share > 0.7) return undefined
  if (words[0] === 'audit') {
    const seconds = exact ? auditSeconds(exact.body as Versus, lengthIn(words) ?? whole) : undefined
    const light = lighter(words)
    return { words: seconds === undefined ? light : shorter(light, seconds), short: seconds !== undefined }
  }
  const length = (exact?.body as Mission | undefined)?.phases?.[0]?.scenario.min_duration_seconds ?? whole
  // A mission lasts a second at least.
  return !length || length < 1.5 ? undefined : { words: shorter(words, Math.max(1, length * share)), short: true }
}

/** So short that every scenario which has a P99 keeps one, which takes a hundred queries; undefined: the whole. */
function auditSeconds(versus: Versus, whole: number | undefined): number | undefined {
  if (!whole) return undefined
  const queries = versus.scenarios.flatMap((s) => [s.a, s.b]).filter((p) => p.metrics['latency.p99']).map((p) => p.queries ?? Infinity)
  const seconds = Math.max(1, (whole * 110) / Math.min(...queries, Infinity))
  return seconds < 0.8 * whole ? seconds : undefined
}
