/**
 * What a learner did in a lab's track, kept in this browser. What cannot be kept is said, never lost silently. A reset
 * can be taken back, also after a reload.
 */
import { emptyLedger, entered, type Ledger, type LedgerEntry } from './ledger'
import type { Trial } from './trials'

export interface Saved {
  version: 1
  ledger: Ledger
  /** By part. */
  trials: Record<string, Trial[]>
  /** What is being written and not yet entered, by part and id. */
  drafts: Record<string, string>
}

export const storageKey = (lab: string, track: string): string => `ridgeline.lab:${lab}:${track}`

const empty = (lab: string, track: string, version: string): Saved =>
  ({ version: 1, ledger: emptyLedger(lab, track, version), trials: {}, drafts: {} })

/** Throws where the text is not what this page wrote. */
export function parseSaved(text: string, lab: string, track: string): Saved {
  const body = JSON.parse(text) as Partial<Saved> | null
  if (body?.version !== 1 || body.ledger?.schema !== 'ridgeline.ledger/1' || !Array.isArray(body.ledger.entries))
    throw new Error('written by another version of this page')
  if (body.ledger.lab !== lab || body.ledger.track !== track) throw new Error(`of ${body.ledger.lab}, ${body.ledger.track}`)
  return { version: 1, ledger: body.ledger, trials: body.trials ?? {}, drafts: body.drafts ?? {} }
}

export class Kept {
  saved = $state.raw<Saved>()!
  /** Why what is written is not kept, or what was found unreadable. */
  problem = $state('')
  canUndo = $state(false)
  private readonly key: string

  constructor(
    readonly lab: string,
    readonly track: string,
    private readonly version: string,
    private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined,
  ) {
    this.key = storageKey(lab, track)
    this.saved = empty(lab, track, version)
    this.load()
  }

  get ledger(): Ledger {
    return this.saved.ledger
  }

  /** Also when another tab wrote. */
  load(): void {
    let text: string | null
    try {
      if (!this.storage) throw new Error('it has no storage')
      text = this.storage.getItem(this.key)
      this.canUndo = this.storage.getItem(`${this.key}:before`) !== null
    } catch (error) {
      this.problem = `This browser keeps nothing of this page (${(error as Error).message}): export the ledger before you leave.`
      return
    }
    if (text === null) return void (this.saved = empty(this.lab, this.track, this.version))
    try {
      this.saved = parseSaved(text, this.lab, this.track)
    } catch (error) {
      this.problem = `What was kept here cannot be read (${(error as Error).message}); it is put aside as ${this.key}:unreadable, and the lab starts anew.`
      this.put(`${this.key}:unreadable`, text)
    }
  }

  private put(key: string, text: string): void {
    try {
      this.storage?.setItem(key, text)
      if (this.storage && key === this.key && this.problem.startsWith('This browser did not keep')) this.problem = ''
    } catch (error) {
      this.problem = `This browser did not keep the last change (${(error as Error).name}): export the ledger before you leave.`
    }
  }

  private set(saved: Saved): void {
    this.saved = saved
    this.put(this.key, JSON.stringify(saved))
  }

  enter(given: Parameters<typeof entered>[1]): void {
    this.set({ ...this.saved, ledger: { ...entered(this.saved.ledger, given), version: this.version } })
  }
  rename(learner: string): void {
    this.set({ ...this.saved, ledger: { ...this.saved.ledger, learner } })
  }
  trials(part: string): Trial[] {
    return this.saved.trials[part] ?? []
  }
  setTrials(part: string, trials: Trial[]): void {
    this.set({ ...this.saved, trials: { ...this.saved.trials, [part]: trials } })
  }
  draft(part: string, id: string): string | undefined {
    return this.saved.drafts[`${part}/${id}`]
  }
  setDraft(part: string, id: string, text: string): void {
    this.set({ ...this.saved, drafts: { ...this.saved.drafts, [`${part}/${id}`]: text } })
  }

  /** In place of what there is, which can be had back. */
  replace(ledger: Ledger): void {
    this.put(`${this.key}:before`, JSON.stringify(this.saved))
    this.canUndo = true
    this.set({ version: 1, ledger, trials: {}, drafts: {} })
  }
  reset(): void {
    this.replace(emptyLedger(this.lab, this.track, this.version))
  }
  undoReset(): void {
    try {
      const text = this.storage?.getItem(`${this.key}:before`)
      if (!text) return
      this.set(parseSaved(text, this.lab, this.track))
      this.storage?.removeItem(`${this.key}:before`)
      this.canUndo = false
    } catch (error) {
      this.problem = `What was there before cannot be read (${(error as Error).message}).`
    }
  }
}

const open = new Map<string, Kept>()
function storage(): Storage | undefined {
  try {
    return localStorage
  } catch {
    return undefined
  }
}
/** One for each track while the page lives. */
export function keptOf(lab: string, track: string, version: string): Kept {
  const key = storageKey(lab, track)
  let kept = open.get(key)
  if (!kept) {
    kept = new Kept(lab, track, version, storage())
    open.set(key, kept)
    addEventListener('storage', (event) => (event as StorageEvent).key === key && kept!.load())
  }
  return kept
}

/** How far one is, without the lab's own document: entries there are. */
export function entriesKept(lab: string, track: string): LedgerEntry[] {
  try {
    const text = storage()?.getItem(storageKey(lab, track))
    return text ? parseSaved(text, lab, track).ledger.entries : []
  } catch {
    return []
  }
}
