/** The parts of the engine's JSON documents (docs/formats.md) that the pages read. */

export interface Provenance {
  kind: string
  source: string
  date: string
}
export interface Input {
  key: string
  value: string
  provenance: Provenance
}
export interface Estimate {
  value: number
  low: number | null
  high: number | null
}

export interface Entry {
  id: string
  name: string
}
export interface CatalogList {
  hardware: Entry[]
  models: Entry[]
}

export interface Operator {
  name: string
  class: string
  count: number
  flops: number
  bytes: number
  compute_seconds: number
  memory_seconds: number
  network_seconds: number
  seconds: number
}
export interface Profile {
  model: string
  hardware: string
  precision: { weights: string; activations: string; kv_cache: string; products: string }
  parallelism: { devices: number }
  latency_seconds: number
  latency_interval_seconds: [number, number] | null
  parts: { compute_bound_seconds: number; memory_bound_seconds: number; network_seconds: number; overhead_seconds: number }
  regime: string
  flops: number
  bytes: number
  arithmetic_intensity_flops_per_byte: number
  ridge_point_flops_per_byte: number
  peak_flops_per_second: number
  throughput_samples_per_second: number
  mfu: number
  footprint: {
    weights_bytes: number
    kv_cache_bytes: number
    activations_bytes: number
    total_bytes: number
    capacity_bytes: number
    fits: boolean
  }
  energy_at_most_joules: number | null
  operators: Operator[]
  inputs: Input[]
}

interface Mean {
  seconds: number
  interval_seconds: [number, number] | null
}
/** ridgeline.serving/1: users who each have a request in the system. `decode` is one pass of it. */
export interface ServingPoint {
  schema: string
  isl: number
  osl: number
  concurrency: number
  devices: number
  ttft: Mean
  tpot: Mean
  requests_per_second: number
  tokens_per_second_per_device: number
  tokens_per_second_per_user: number
  bound_by: string
  prompt_seconds: number
  prompt_share: number
  running: number
  largest_batch: number
  decode: Profile
  inputs: Input[]
}

export interface PhaseTimes {
  queries: number
  queueing: number
  batching: number
  prefill: number
  decode: number
  interference: number
  throttling: number
}
export interface Window {
  start_seconds: number
  [column: string]: number | null
}
export interface RunFigures {
  schema: string
  origin: string
  system: string
  workload: string
  scenario: { kind: string; percentile: number; target_latency_seconds: number | null; target_qps: number }
  notes: string[]
  inputs: Input[]
  kept: string
  summary: {
    queries: number
    samples: number
    duration_seconds: number
    latency_seconds: Record<'mean' | 'p50' | 'p90' | 'p99' | 'decisive', Estimate | null>
    throughput_samples_per_second: Estimate | null
    scheduled_queries_per_second: number | null
    goodput: { queries_per_second: number; attainment: number } | null
    missed_deadlines: number | null
    verdict: string
    reasons: string[]
  }
  course: { latency_by_phase_seconds: { all: PhaseTimes; slowest: PhaseTimes } | null; windows: unknown[] }
}

export interface Part {
  factor: string
  seconds: number
}
export interface Difference {
  schema: string
  speedup: number
  difference_seconds: number
  parts: Part[]
  analysis: string[]
  sentences: string[]
  baseline: Profile
  proposal: Profile
  inputs: Input[]
}

export interface RunSide {
  name: string
  origin: string
  scenario: string
  workload: string
  system: string
  queries: number
}
export interface RunMetric {
  metric: string
  what: string
  unit: string
  a: number | null
  b: number | null
  difference: Estimate | null
  relative: Estimate | null
  evidence: string
}
export interface RunDifference {
  schema: string
  a: RunSide
  b: RunSide
  metrics: RunMetric[]
  shift: { quantile: number; difference_seconds: Estimate }[]
  parts_of_mean: { phase: string; seconds: number }[] | null
  sentences: string[]
}

/** A design of a study: where it is in the space, and what was predicted of it, in SI. Unknown is null. */
export interface StudyPoint {
  index: number
  equal_points: number
  at: Record<string, string>
  metrics: Record<string, number | null>
}
export interface Objective {
  metric: string
  direction: 'minimise' | 'maximise'
}
export interface ConstraintReport {
  constraint: string
  fell: number
  fell_alone: number
  untold: number
  objective: string | null
  best_without: number | null
  gain: number | null
  leaves_nothing: boolean
}
export interface Study {
  schema: string
  study: {
    model: string
    kind: 'serving' | 'step'
    calibration: string
    stack: string
    axes: { name: string; values: string[] }[]
    conditions: string[]
    objectives: Objective[]
    constraints: string[]
    money: string
    search: { method: string }
    text: string
  }
  points: number
  explored: number
  interrupted: boolean
  counts: { feasible: number; fell: number; untold: number; excluded: number; does_not_fit: number; failed: number }
  front: StudyPoint[]
  top: StudyPoint[]
  constraints: ConstraintReport[]
  costliest_constraint: string | null
  errors: { count: number; message: string }[]
  survival: { points: { index: number; on_front: number }[] } | null
}
