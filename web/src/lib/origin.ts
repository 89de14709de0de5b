/** Where a number comes from, in words: what kind of number it is, and the values that it rests on. */
import type { Input } from '../engine/documents'

export type Kind = 'measured' | 'simulated' | 'fitted' | 'assumed' | 'counted' | 'datasheet' | 'required'

export const says: Record<Kind, string> = {
  measured: 'Measured on a machine.',
  simulated: 'Simulated: the engine played the queries one by one in virtual time. Nothing was measured.',
  fitted: 'Predicted by closed forms, with coefficients fitted to measurements. It was not measured itself.',
  assumed: 'Assumed: nothing that was measured stands behind it.',
  counted: 'Counted from the model’s architecture; no speed is in it.',
  required: 'Required: a limit that somebody set.',
  datasheet: 'From the manufacturer’s datasheet, or by arithmetic from it.',
}

/** A prediction is of the kind of what it rests on: fitted coefficients, or a share that was only assumed. */
export const ofCalibration = (calibration: string): Kind => (calibration === 'fitted' ? 'fitted' : 'assumed')

/** The weakest first. */
const strength = ['assumed', 'derived', 'literature', 'given', 'datasheet', 'fitted', 'measured']

export interface Source {
  kind: string
  source: string
  date: string
  /** The one value, or how many there are of this source. */
  what: string
}

/** One line a source, of the inputs whose key matches. */
export function sources(inputs: Input[], keys: RegExp = /./): Source[] {
  const groups = new Map<string, Input[]>()
  for (const input of inputs.filter((i) => keys.test(i.key))) {
    const { kind, source } = input.provenance
    const id = `${kind}\n${source}`
    groups.set(id, [...(groups.get(id) ?? []), input])
  }
  return [...groups.values()]
    .map((group) => ({
      ...group[0]!.provenance,
      what: group.length > 3 ? `${group.length} values: ${group[0]!.key}, …` : group.map((i) => `${i.key} ${i.value}`).join(', '),
    }))
    .sort((a, b) => strength.indexOf(a.kind) - strength.indexOf(b.kind))
}
