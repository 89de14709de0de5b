/** What of an instrument's document can be evidence: a line each, with the figures by JSON pointer. */
import { count, percent, plain, si } from '../lib/format'
import type { Kind } from '../lib/origin'
import type { Mission, Tail, Versus } from './documents'
import { numberAt } from './commands'

export interface EvidenceLine {
  id: string
  name: string
  figures: { name: string; at: string; value: number | null; shown: string; kind?: Kind }[]
}

const steps = (...parts: (string | number)[]) => parts.map((p) => `/${String(p).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** A value with its unit as the engine's documents write them. */
export function shownIn(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return '–'
  if (unit === '') return Math.abs(value) <= 1 ? percent(value) : plain(value)
  if (unit === 'USD') return `$${plain(value)}`
  if (unit === 'degC') return `${plain(value)} °C`
  return si(value, unit === '1/s' ? '/s' : unit === '1/J' ? '/J' : unit)
}
/** Of a mission's metric, as its documents write it, where the phase has no such figure. */
export function metricUnit(metric: string): string {
  if (/^(latency|ttft|tpot)\./.test(metric)) return 's'
  if (/^(throughput|rate\.)/.test(metric)) return '1/s'
  return { 'power.mean': 'W', 'temperature.max': 'degC' }[metric] ?? ''
}
/** Names of the missions' metrics, for people. */
export function metricName(metric: string): string {
  const names: Record<string, string> = {
    'latency.mean': 'mean latency', throughput: 'throughput', 'rate.first': 'rate of the first 30 s', 'rate.sustained': 'sustained rate',
    'power.mean': 'mean power', 'temperature.max': 'hottest', accuracy: 'accuracy', utilisation: 'utilisation',
  }
  if (names[metric]) return names[metric]
  const [what, rank] = [metric.slice(0, metric.indexOf('.')), metric.slice(metric.indexOf('.') + 1)]
  return rank.startsWith('p') ? `${rank.toUpperCase()} ${what === 'ttft' ? 'time to first token' : what === 'tpot' ? 'time per token' : what}` : metric
}

function line(document: unknown, id: string, name: string, figures: [name: string, at: string, unit: string, kind?: Kind][]): EvidenceLine {
  return { id, name, figures: figures.map(([n, at, unit, kind]) => {
    const value = numberAt(document, at)
    return { name: n, at, value, shown: shownIn(value, unit), ...(kind ? { kind } : {}) }
  }).filter((f) => f.value !== null) }
}

function ofMission(mission: Mission): EvidenceLine[] {
  const limits = new Set(mission.thresholds.map((t) => t.metric))
  return mission.phases.map((phase, i) => {
    const wanted = Object.keys(phase.metrics).filter((m) => ['latency.mean', 'latency.p95', 'latency.p99', 'throughput'].includes(m) || limits.has(m))
    const late: [string, string, string][] = phase.late ? [['late', steps('phases', i, 'late', 'share', 'value'), ''], [`one of ${count(phase.late.fleet)} late`, steps('phases', i, 'late', 'some_late', 'value'), '']] : []
    return line(mission, phase.id, phase.id, [...wanted.map((m): [string, string, string] => [metricName(m), steps('phases', i, 'metrics', m, 'value'), phase.metrics[m]!.unit]), ...late])
  })
}

function ofTail(tail: Tail): EvidenceLine[] {
  const p99 = tail.percentiles.findIndex((p) => p.percentile === 0.99)
  return p99 < 0 ? [] : [line(tail, 'formula', 'P99 by formula', ['normal', 'lognormal'].map((kind) => [kind, steps('percentiles', p99, 'assumed_seconds', kind), 's']))]
}

function ofVersus(versus: Versus): EvidenceLine[] {
  const sides = ['a', 'b'] as const
  const both = (id: string, name: string, at: (side: 'a' | 'b') => string, unit: string, kind?: Kind) =>
    line(versus, id, name, sides.map((s) => [s.toUpperCase(), at(s), unit, kind]))
  const rates = (key: 'flops_per_second' | 'bytes_per_second', unit: string, what: string) =>
    (['peak', 'sustained', 'attained'] as const).map((rate) => both(`${key}-${rate}`, `${what}, ${rate}`, (s) => steps(s, key, rate), unit, rate === 'peak' ? 'datasheet' : undefined))
  return [
    ...versus.metrics.map((m, i) => both(m.metric, m.what, (s) => steps('metrics', i, s, 'value'), m.unit)),
    ...rates('flops_per_second', 'FLOP/s', 'arithmetic'),
    ...rates('bytes_per_second', 'B/s', 'memory'),
    both('accuracy', 'accuracy in the field', (s) => steps(s, 'accuracy', 'value'), '', 'assumed'),
    ...versus.scenarios.flatMap((play, i) => ['latency.p99', 'throughput', 'rate.sustained', 'power.mean'].map((metric) =>
      both(`${play.id}-${metric}`, `${play.id}: ${metricName(metric)}`, (s) => steps('scenarios', i, s, 'metrics', metric, 'value'), play.a.metrics[metric]?.unit ?? play.b.metrics[metric]?.unit ?? '', 'simulated'))),
  ]
}

/** Lines without any figure are left out: what is missing is not zero. */
export function evidenceLines(document: unknown): EvidenceLine[] {
  const schema = (document as { schema?: string } | null)?.schema
  const lines = schema === 'ridgeline.mission/1' ? ofMission(document as Mission)
    : schema === 'ridgeline.tail/1' ? ofTail(document as Tail)
    : schema === 'ridgeline.versus/1' ? ofVersus(document as Versus) : []
  return lines.filter((l) => l.figures.length > 0)
}

/** What a ledger says of it in words. */
export const evidenceText = (l: EvidenceLine): string => `${l.name}: ${l.figures.map((f) => `${f.name} ${f.shown}`).join(', ')}`
