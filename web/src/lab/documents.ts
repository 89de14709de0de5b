/** What the lab's pages read: the engine's documents of labs and keys, and those that its instruments draw. */
import { ask } from '../engine'
import type { Estimate, Input, Provenance } from '../engine/documents'

export interface LabEntry {
  id: string
  name: string
  summary: string
  minutes: number
  tracks: { id: string; name: string }[]
}
export interface Figure {
  command: string[]
  at: string
  unit: string
  unit_per_si: number
}
export interface Option {
  id: string
  text: string
  figure?: Figure | null
}
export interface Question {
  id: string
  kind: 'choice' | 'number'
  text: string
  unit: string
  options: Option[]
  tolerance: number | null
  points: number
}
export interface Control {
  id: string
  name: string
  unit: string
  help: string
  kind: 'slider' | 'choice'
  options: Option[]
  /** Null of a choice. */
  least: number | null
  most: number | null
  step: number | null
  logarithmic: boolean
  value: string
}
export interface Instrument {
  id: string
  title: string
  kind: string
  command: string[]
  help: string
}
export interface Goal {
  text: string
  at: string
  kind: 'at_most' | 'at_least'
  limit: number
  unit: string
  unit_per_si: number
  iterations: number
  violate: boolean
  first_aid: string[]
}
export interface Reflection {
  id: string
  text: string
  look_for: string[]
  points: number
}
export interface Decision {
  id: string
  text: string
  options: Option[]
  evidence: number
  look_for: string[]
  points: number
}
export interface Part {
  id: string
  name: string
  text: string
  minutes: number
  questions: Question[]
  controls: Control[]
  instruments: Instrument[]
  goals: Goal[]
  reflections: Reflection[]
  decisions: Decision[]
}
export interface Threshold {
  phase: string
  metric: string
  kind: 'at_most' | 'at_least'
  limit: number
  unit: string
  unit_per_si: number
  why: string
}
export interface Track {
  id: string
  name: string
  text: string
  persona: string
  story: string
  crisis: string
  hardware: string
  model: string
  precision: string
  thresholds: Threshold[]
  parameters: Record<string, { value: number; unit?: string; provenance: Provenance }>
  fix_story: string
  fix: { name: string; value: string; why: string }[]
}
export interface Lab {
  ridgeline: string
  id: string
  name: string
  text: string
  minutes: number
  track: Track
  tracks: { id: string; name: string }[]
  parts: Part[]
}
export interface Key {
  part: string
  question: string
  key: string
  value: number | null
  unit: string
  values: Record<string, number | null>
  why: string
  commands: string[][]
}

/** ridgeline.mission/1: phases that were played, or one phase as several scenarios. */
export interface MissionPhase {
  id: string
  story: string
  system: string
  workload: string
  scenario: { kind: string; min_duration_seconds: number; target_qps: number; samples_per_query: number }
  summary: {
    queries: number
    verdict: string
    latency_seconds: Record<string, Estimate | null>
    throughput_samples_per_second: Estimate | null
  }
  metrics: Record<string, { value: number; unit: string }>
  /** Where the command says after what a query is late. */
  late?: Late
  notes: string[]
}
export interface Late {
  after_seconds: number
  queries: number
  late: number
  share: Estimate
  fleet: number
  some_late: Estimate
}
export interface MissionThreshold {
  phase: string
  metric: string
  value: number | null
  at_most?: number
  at_least?: number
  holds: boolean
  why: string
}
export interface Mission {
  id: string
  hardware: string
  model: string
  precision: string
  phases: MissionPhase[]
  thresholds: MissionThreshold[]
  holds: boolean
  inputs: Input[]
}

/** ridgeline.tail/1 of a mean and a standard deviation. */
export interface Tail {
  mean_seconds: number
  sd_seconds: number
  target_percentile: number
  percentiles: { percentile: number; assumed_seconds: { normal: number; lognormal: number; cantelli: number } }[]
  fan_out: { parts: number; p_some_part_slow: number }[]
  inputs: Input[]
}

/** ridgeline.versus/1: two systems at one mission's work. */
export interface VersusOperator {
  pass: string
  name: string
  intensity_flops_per_byte: number | null
  attained_flops_per_second: number | null
  roof_flops_per_second: number | null
  bound: string
  share_of_pass: number
}
type Rates = Record<'peak' | 'calibrated' | 'sustained' | 'attained', number | null>
export interface VersusSide {
  hardware: string
  name: string
  precision: string
  devices: number
  roofline: { format: string; peak_flops_per_second: number; bandwidth_bytes_per_second: number; ridge_flops_per_byte: number; operators: VersusOperator[] }
  flops_per_second: Rates
  bytes_per_second: Rates
  heat: { model: string | null; clock: number | null; celsius: number | null; throttled: boolean | null }
  accuracy: { value: number | null; minimum: number | null }
  efficiency: { input: string; output: string; efficiency: number | null; reference: string; compared: number; front: string[]; missing: string }[]
}
export interface VersusValue {
  value: number | null
  interval: [number, number] | null
  upper_bound: boolean
  missing: string
}
export interface Versus {
  mission: string
  model: string
  work: string
  verdict: { metric: string; outcome: string; b_over_a: { value: number; interval: [number, number] | null } | null; reason: string }
  a: VersusSide
  b: VersusSide
  metrics: { metric: string; what: string; unit: string; better: string; a: VersusValue; b: VersusValue; b_over_a: { value: number; interval: [number, number] | null } | null }[]
  scenarios: { id: string; story: string; scenario: string; of_mission: boolean; a: VersusPlay; b: VersusPlay }[]
  notes: string[]
  inputs: Input[]
}
export interface VersusPlay {
  failed: string
  /** Null where it failed. */
  queries: number | null
  metrics: Record<string, { value: number; unit: string }>
}

/** Asked once: what the engine ships does not change while the page lives. */
function once<T>(get: (...given: string[]) => Promise<T>): (...given: string[]) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return (...given) => {
    const name = given.join(' ')
    let answer = known.get(name)
    if (!answer) {
      answer = get(...given)
      known.set(name, answer)
      answer.catch(() => known.delete(name))
    }
    return answer
  }
}
async function document<T>(words: string[], how: { long?: boolean } = {}): Promise<T> {
  const answer = await ask<T>(words.join(' '), [...words, '--json'], how)
  if (!answer) throw new Error('The question was dropped for a newer one.')
  return answer.body
}

export const labs = once(async () => (await document<{ labs: LabEntry[] }>(['lab', 'list'])).labs)
export const labOf = once((id, track) => document<Lab>(['lab', 'show', id!, '--track', track!]))
export const keysOf = once(async (id, track, part) =>
  (await document<{ keys: Key[] }>(['lab', 'key', id!, '--track', track!, '--part', part!], { long: true })).keys)
