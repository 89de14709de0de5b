/** What a learner wrote: ridgeline.ledger/1. Entries in order of time; nothing is overwritten. */
import { shellLine } from '../lib/setups'
import type { Lab, Part } from './documents'

export interface LedgerEntry {
  part: string
  id: string
  kind: 'prediction' | 'evidence' | 'reflection' | 'decision'
  answer: string
  text: string
  at: string
  command: string[]
  figures: Record<string, number>
  evidence: string[]
}
export interface Ledger {
  schema: 'ridgeline.ledger/1'
  lab: string
  track: string
  learner: string
  version: string
  entries: LedgerEntry[]
}

/** Beside an empty prediction: the instruments were opened without one. */
export const lookedOnly = 'looked without predicting'

export const emptyLedger = (lab: string, track: string, version: string): Ledger =>
  ({ schema: 'ridgeline.ledger/1', lab, track, learner: '', version, entries: [] })

type Given = Pick<LedgerEntry, 'part' | 'id' | 'kind'> & Partial<LedgerEntry>
/** The ledger with one entry more. */
export function entered(ledger: Ledger, given: Given, now = new Date()): Ledger {
  const entry: LedgerEntry = {
    answer: '', text: '', at: now.toISOString().replace(/\.\d+Z$/, 'Z'), command: [], figures: {}, evidence: [], ...given,
  }
  return { ...ledger, entries: [...ledger.entries, entry] }
}

const of = (ledger: Ledger, kind: LedgerEntry['kind'], part: string, id: string) =>
  ledger.entries.filter((e) => e.kind === kind && e.part === part && e.id === id)
/** The first one counts. */
export const prediction = (ledger: Ledger, part: string, id: string): LedgerEntry | undefined => of(ledger, 'prediction', part, id)[0]
/** The last one counts. */
export const latest = (ledger: Ledger, kind: 'reflection' | 'decision', part: string, id: string): LedgerEntry | undefined =>
  of(ledger, kind, part, id).at(-1)
export const evidenceOf = (ledger: Ledger, part?: string): LedgerEntry[] =>
  ledger.entries.filter((e) => e.kind === 'evidence' && (part === undefined || e.part === part))

/** "e1", "e2", ...: never one that was given before. */
export function nextEvidence(ledger: Ledger): string {
  const used = evidenceOf(ledger).map((e) => Number(/^e(\d+)$/.exec(e.id)?.[1] ?? 0))
  return `e${Math.max(0, ...used) + 1}`
}

/** The instruments of a part open once each of its questions has an entry: a prediction, or that there was none. */
export const isOpen = (ledger: Ledger, part: Part): boolean => part.questions.every((q) => prediction(ledger, part.id, q.id) !== undefined)

export type Step = 'predict' | 'goal' | 'reflect' | 'decide'
/** The steps that a part has, and which are done; `reached` of its goals. */
export function stepsOf(ledger: Ledger, part: Part, reached: boolean): { step: Step; done: boolean }[] {
  const steps: { step: Step; done: boolean }[] = []
  if (part.questions.length > 0) steps.push({ step: 'predict', done: isOpen(ledger, part) })
  if (part.goals.length > 0) steps.push({ step: 'goal', done: reached })
  if (part.reflections.length > 0) steps.push({ step: 'reflect', done: part.reflections.every((r) => latest(ledger, 'reflection', part.id, r.id)) })
  if (part.decisions.length > 0) steps.push({ step: 'decide', done: part.decisions.every((d) => latest(ledger, 'decision', part.id, d.id)) })
  return steps
}

const kinds: LedgerEntry['kind'][] = ['prediction', 'evidence', 'reflection', 'decision']
const strings = (x: unknown): x is string[] => Array.isArray(x) && x.every((s) => typeof s === 'string')

/** A ledger that was exported, to go on with. Throws an Error that says what was given instead. */
export function readLedger(name: string, text: string, lab: string, track: string): Ledger {
  let body: Partial<Ledger> | null
  try {
    body = JSON.parse(text) as Partial<Ledger> | null
  } catch {
    throw new Error(`${name} is not JSON; give a ledger that was exported here as JSON.`)
  }
  if (body?.schema !== 'ridgeline.ledger/1')
    throw new Error(`${name} is ${typeof body?.schema === 'string' ? body.schema : 'JSON without a schema'}; give ridgeline.ledger/1, a ledger that was exported here as JSON.`)
  if (body.lab !== lab || body.track !== track)
    throw new Error(`${name} is of the lab ${body.lab}, track ${body.track}; open it there: this is ${lab}, ${track}.`)
  if (!Array.isArray(body.entries)) throw new Error(`${name} has no list of entries; was it cut short?`)
  const entries = body.entries.map((e: Partial<LedgerEntry> | null, i): LedgerEntry => {
    const wrong = (key: string, right: string) => new Error(`${name}: entries[${i}].${key} must be ${right}.`)
    if (typeof e !== 'object' || e === null) throw new Error(`${name}: entries[${i}] must be an entry.`)
    if (!kinds.includes(e.kind!)) throw wrong('kind', `one of ${kinds.join(', ')}`)
    for (const key of ['part', 'id', 'at'] as const) if (typeof e[key] !== 'string') throw wrong(key, 'text')
    for (const key of ['answer', 'text'] as const) if (e[key] !== undefined && typeof e[key] !== 'string') throw wrong(key, 'text')
    for (const key of ['command', 'evidence'] as const) if (e[key] !== undefined && !strings(e[key])) throw wrong(key, 'a list of words')
    const figures = e.figures ?? {}
    if (typeof figures !== 'object' || !Object.values(figures).every((v) => typeof v === 'number')) throw wrong('figures', 'numbers by JSON pointer')
    return {
      part: e.part!, id: e.id!, kind: e.kind!, answer: e.answer ?? '', text: e.text ?? '', at: e.at!,
      command: e.command ?? [], figures, evidence: e.evidence ?? [],
    }
  })
  return {
    schema: 'ridgeline.ledger/1', lab, track, learner: String(body.learner ?? ''), version: String(body.version ?? ''), entries,
  }
}

const oneLine = (s: string) => s.replace(/\s+/g, ' ').trim()
/** Text that a learner wrote, so that Markdown takes none of it for markup. */
const plainText = (s: string) => s.replace(/[\\`*_[\]<>#|]/g, '\\$&').replace(/^(\s*)([-+]|\d+\.)(\s)/gm, '$1\\$2$3')

/** For people: by part, in order of time. */
export function ledgerMarkdown(ledger: Ledger, lab: Lab): string {
  const lines = [`# ${lab.name}: ledger`, '', `Track: ${lab.track.name}`]
  if (ledger.learner) lines.push('', `Learner: ${plainText(oneLine(ledger.learner))}`)
  lines.push('', `Ridgeline ${ledger.version}`)
  const parts = [...new Set([...lab.parts.map((p) => p.id), ...ledger.entries.map((e) => e.part)])]
  for (const id of parts) {
    const part = lab.parts.find((p) => p.id === id)
    const entries = ledger.entries.filter((e) => e.part === id)
    if (entries.length === 0) continue
    lines.push('', `## ${part?.name ?? id}`)
    for (const e of entries) {
      const asked = askedOf(part, e)
      lines.push('', `### ${e.kind[0]!.toUpperCase()}${e.kind.slice(1)}: ${e.id}`, '', `${e.at}`)
      if (asked) lines.push('', asked.split('\n').map((l) => `> ${l}`.trimEnd()).join('\n'))
      if (e.answer) lines.push('', `Answer: ${plainText(answerText(part, e))}`)
      if (e.text) lines.push('', plainText(e.text))
      if (e.evidence.length > 0) lines.push('', `Rests on: ${e.evidence.map(plainText).join(', ')}`)
      for (const [at, value] of Object.entries(e.figures)) lines.push('', `- \`${at}\`: ${value}`)
      if (e.command.length > 0) lines.push('', `    ${shellLine(e.command)}`)
    }
  }
  return lines.join('\n') + '\n'
}

/** What was asked, in the lab's Markdown. */
export function askedOf(part: Part | undefined, e: Pick<LedgerEntry, 'kind' | 'id'>): string {
  if (e.kind === 'prediction') return part?.questions.find((q) => q.id === e.id)?.text ?? ''
  if (e.kind === 'reflection') return part?.reflections.find((r) => r.id === e.id)?.text ?? ''
  if (e.kind === 'decision') return part?.decisions.find((d) => d.id === e.id)?.text ?? ''
  return ''
}

/** An answer as a person would say it: an option's text, a number with its unit. */
export function answerText(part: Part | undefined, e: Pick<LedgerEntry, 'kind' | 'id' | 'answer'>): string {
  if (e.kind === 'prediction') {
    const question = part?.questions.find((q) => q.id === e.id)
    if (question?.kind === 'number') return `${e.answer} ${question.unit}`.trim()
    return question?.options.find((o) => o.id === e.answer)?.text ?? e.answer
  }
  if (e.kind === 'decision') return part?.decisions.find((d) => d.id === e.id)?.options.find((o) => o.id === e.answer)?.text ?? e.answer
  return e.answer
}
