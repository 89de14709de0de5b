/** What the Explore page reads out of a study's document: its designs, those inside a brush, and where one opens. */
import type { Study, StudyPoint } from '../engine/documents'
import { percent, plain, si } from './format'
import { predictDefaults, simulateDefaults, type Settings } from './setups'

export interface Design extends StudyPoint {
  front: boolean
  /** How often it stays on the front under the predictions' errors; null where they are not known. */
  stays: number | null
}
/** From and to, both inclusive; null is open. */
export type Range = [from: number | null, to: number | null]

/** Throws an Error that says what was given instead. */
export function readStudy(name: string, text: string): Study {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new Error(`${name} is not JSON; give what \`ridgeline explore STUDY.yaml --json\` prints.`)
  }
  const schema = (body as { schema?: unknown } | null)?.schema
  if (schema !== 'ridgeline.study/1')
    throw new Error(`${name} is ${typeof schema === 'string' ? schema : 'JSON without a schema'}; give ridgeline.study/1, what \`ridgeline explore STUDY.yaml --json\` prints.`)
  const { front, top, study, counts } = body as Partial<Study>
  if (!Array.isArray(front) || !Array.isArray(top) || !Array.isArray(study?.objectives) || !Array.isArray(study?.axes) || !counts)
    throw new Error(`${name} is a ridgeline.study/1 with parts missing; was it cut short?`)
  return body as Study
}

/** The front, then what else is listed as best: dominated, or a front's twin. */
export function designs(study: Study): Design[] {
  const stays = new Map((study.survival?.points ?? []).map((p) => [p.index, p.on_front]))
  const onFront = new Set(study.front.map((p) => p.index))
  const design = (p: StudyPoint): Design => ({ ...p, front: onFront.has(p.index), stays: stays.get(p.index) ?? null })
  return [...study.front, ...study.top.filter((p) => !onFront.has(p.index))].map(design)
}

const units: [RegExp, string][] = [
  [/^(ttft|tpot|latency|step)$/, 's'],
  [/^(requests|tokens|tokens_per_device|tokens_per_user|throughput|throughput_per_device)$/, '/s'],
  [/^memory$/, 'B'],
  [/^power$/, 'W'],
  [/^energy_/, 'J'],
  [/^cost_/, '$'],
]
/** Of a metric, as docs/explore.md lists them. */
export const unitOf = (metric: string): string => units.find(([name]) => name.test(metric))?.[1] ?? ''

/** Of a metric, for people: money and whole numbers have no prefix. */
export function shown(metric: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return '–'
  if (unitOf(metric) === '$') return `$${plain(value)}`
  if (metric === 'devices') return String(value)
  return metric === 'mfu' ? percent(value) : si(value, unitOf(metric))
}

/** The objectives first: they are what one looks at. */
export function metricsOf(study: Study): string[] {
  const objectives = study.study.objectives.map((o) => o.metric)
  const all = Object.keys(study.front[0]?.metrics ?? study.top[0]?.metrics ?? {})
  return [...objectives, ...all.filter((m) => !objectives.includes(m))]
}

export const directionOf = (study: Study, metric: string): string | undefined =>
  study.study.objectives.find((o) => o.metric === metric)?.direction

/** Axes of the space that differ among these designs, in the study's order. */
export const varying = (study: Study, among: Design[]): string[] =>
  study.study.axes.map((a) => a.name).filter((name) => new Set(among.map((d) => d.at[name])).size > 1)

/** "0.1..2", "..2", "" as they stand in the URL. What is no range is open. */
export function parseRange(text: string): Range {
  const [from = '', to = ''] = text.split('..', 2)
  const end = (s: string) => (s.trim() === '' || !Number.isFinite(Number(s)) ? null : Number(s))
  return [end(from), end(to)]
}
export const rangeText = ([from, to]: Range): string => (from === null && to === null ? '' : `${from ?? ''}..${to ?? ''}`)

/** A value that is not known is inside only where nothing is asked of it. */
export function inside(value: number | null | undefined, [from, to]: Range): boolean {
  if (from === null && to === null) return true
  return value !== null && value !== undefined && (from === null || value >= from) && (to === null || value <= to)
}

/** Settings that change nothing of a prediction at these values. */
const neutral: Record<string, string> = { pp: '1', dp: '1', ep: '1', prefill_replicas: '0' }
const everywhere = ['model', 'hardware', 'precision', 'tp', 'price_per_hour']
const parallel = ['kv_cache', 'pp', 'dp', 'ep']
const without = (d: Design, known: string[]) =>
  Object.keys(d.at).filter((axis) => !known.includes(axis) && d.at[axis] !== neutral[axis] && d.at[axis] !== 'x1'
    && !(axis.startsWith('prefill_') && (d.at.prefill_replicas ?? '0') === '0'))
/** The document has the version in the study's text alone. */
const versioned = (study: Study): string[] => (/^\s*stack_version:/m.test(study.study.text) ? ['stack_version'] : [])

export interface Opening {
  /** For the URL; undefined where the page has no such setting. */
  settings?: Settings
  /** What is opened, or why nothing is. */
  why: string
}

const missing = (page: string, what: string[]): Opening => ({ why: `${page} has no setting for ${what.join(', ')}, and would show another design.` })

/** The study's own prediction of a design, on Predict. */
export function opening(study: Study, d: Design): Opening {
  const { kind, calibration, stack } = study.study
  const serving = kind === 'serving'
  const unsaid = [...without(d, [...everywhere, ...parallel, 'replicas', ...(serving ? ['concurrency', 'isl', 'osl', 'max_batch'] : ['batch', 'context'])]), ...versioned(study)]
  if (unsaid.length > 0) return missing('Predict', unsaid)
  const at = (axis: string, usual = predictDefaults[axis]!) => d.at[axis] ?? usual
  const settings: Settings = {
    ...predictDefaults, model: d.at.model ?? study.study.model, hardware: at('hardware'), precision: at('precision'), calibration, stack,
    kv: d.at.kv_cache ?? '', tp: at('tp'), pp: at('pp'), dp: at('dp'), ep: at('ep'),
    ...(serving
      ? { users: at('concurrency', '1'), isl: at('isl'), osl: at('osl'), replicas: at('replicas'), most: d.at.max_batch ?? '' }
      : { batch: at('batch'), context: at('context') }),
  }
  return { settings, why: serving ? 'Predict shows this serving point, and one decode pass of it.' : 'Predict shows this pass.' }
}

/** The same users as a closed loop, played on Simulate: a second road to the design's TTFT and TPOT. */
export function playing(study: Study, d: Design): Opening {
  const { kind, calibration, stack } = study.study
  if (kind !== 'serving') return { why: 'Simulate plays queries; a pass alone has none.' }
  const unsaid = [...without(d, [...everywhere, 'replicas', 'concurrency', 'isl', 'osl']), ...(calibration === 'fitted' ? [] : [`the calibration ${calibration}`]), ...versioned(study)]
  if (unsaid.length > 0) return missing('Simulate', unsaid)
  const settings: Settings = {
    ...simulateDefaults, model: d.at.model ?? study.study.model, hardware: d.at.hardware ?? '', precision: d.at.precision ?? simulateDefaults.precision!,
    scenario: 'closed-loop', continuous: 'yes', users: d.at.concurrency ?? '1', isl: d.at.isl ?? '1024', osl: d.at.osl ?? '1024',
    tp: d.at.tp ?? '1', replicas: d.at.replicas ?? '1', stack, limit: '0', duration: '60',
  }
  return { settings, why: 'Simulate plays its users for a minute: each asks, waits for the answer, and asks again.' }
}
