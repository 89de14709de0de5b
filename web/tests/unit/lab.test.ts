import { expect, test } from 'vitest'
import { defaultsOf, fill, lengthIn, numberAt, pointed, shorter } from '../../src/lab/commands'
import { evidenceLines, evidenceText, metricName, shownIn } from '../../src/lab/figures'
import { Kept, parseSaved, storageKey } from '../../src/lab/kept.svelte'
import {
  emptyLedger, entered, evidenceOf, isOpen, latest, ledgerMarkdown, lookedOnly, nextEvidence, prediction, readLedger, stepsOf,
} from '../../src/lab/ledger'
import { html } from '../../src/lab/markdown'
import { labHash, parseLabPlace, partHash } from '../../src/lab/place'
import { roughOf } from '../../src/lab/player.svelte'
import { counted, failure, figuresOf, goalState, holds, type Trial } from '../../src/lab/trials'
import { apart } from '../../src/plot/shapes'
import { lab } from './lab.fixture'

const [scenarios, tail, audit] = lab.parts as [typeof lab.parts[0], typeof lab.parts[0], typeof lab.parts[0]]
const goal = tail!.goals[0]!

test('places in the labs go to the address and come back', () => {
  const defaults = defaultsOf(scenarios!.controls)
  const hash = partHash('a lab', 'edge', 'scenarios', { ...defaults, rate: '40' }, defaults)
  expect(hash).toBe('#/lab/a%20lab/edge/scenarios?rate=40')
  expect(parseLabPlace(hash)).toEqual({ lab: 'a lab', track: 'edge', part: 'scenarios', given: { rate: '40' } })
  expect(parseLabPlace('#/lab')).toEqual({ lab: '', track: '', part: '', given: {} })
  expect(labHash('x', '', 'y')).toBe('#/lab/x/y')
  expect(parseLabPlace('#/lab/%E0%A4%A').lab).toBe('%E0%A4%A')
})

test('controls fill the commands; what nothing fills stays', () => {
  expect(fill(['a={rate},{x}', '{mode}'], { rate: '5', mode: 'm' })).toEqual(['a=5,{x}', 'm'])
  expect(shorter(['simulate', 'm', '--json'], 1 / 3)).toEqual(['simulate', 'm', '--set', 'duration=0.333', '--json'])
})

test('JSON pointers, with their escapes', () => {
  const d = { a: [{ 'latency.p99': { value: 2 }, 'x/y': 1, 'm~n': 3 }], none: null }
  expect(numberAt(d, '/a/0/latency.p99/value')).toBe(2)
  expect([pointed(d, '/a/0/x~1y'), pointed(d, '/a/0/m~0n')]).toEqual([1, 3])
  expect([numberAt(d, '/a/1/x'), numberAt(d, '/none'), numberAt(d, '/a/length'), pointed(d, '')]).toEqual([null, null, null, d])
})

test('the first prediction counts, the last reflection does; nothing is overwritten', () => {
  let l = emptyLedger('l', 't', '1')
  l = entered(l, { part: 'tail', id: 'p99', kind: 'prediction', answer: '20' }, new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678)))
  expect(l.entries[0]).toEqual({ part: 'tail', id: 'p99', kind: 'prediction', answer: '20', text: '', at: '2026-01-02T03:04:05Z', command: [], figures: {}, evidence: [] })
  l = entered(l, { part: 'tail', id: 'p99', kind: 'prediction', answer: '30' })
  for (const text of ['a', 'b']) l = entered(l, { part: 'tail', id: 'fleet', kind: 'reflection', text })
  expect(l.entries.length).toBe(4)
  expect(prediction(l, 'tail', 'p99')?.answer).toBe('20')
  expect(latest(l, 'reflection', 'tail', 'fleet')?.text).toBe('b')
  expect(prediction(l, 'audit', 'p99')).toBeUndefined()
})

test('evidence has names that are given once', () => {
  let l = emptyLedger('l', 't', '1')
  expect(nextEvidence(l)).toBe('e1')
  for (const id of ['e1', 'mine', 'e7']) l = entered(l, { part: 'audit', id, kind: 'evidence' })
  expect(nextEvidence(l)).toBe('e8')
  expect(evidenceOf(l, 'tail')).toEqual([])
})

test('a part opens when each question has an answer, or a note that there is none', () => {
  let l = emptyLedger('l', 't', '1')
  expect(isOpen(l, scenarios!)).toBe(false)
  expect(isOpen(l, { ...scenarios!, questions: [] })).toBe(true)
  l = entered(l, { part: 'scenarios', id: 'scenario', kind: 'prediction', answer: 'server' })
  expect(isOpen(l, scenarios!)).toBe(false)
  l = entered(l, { part: 'scenarios', id: 'rate', kind: 'prediction', text: lookedOnly })
  expect(isOpen(l, scenarios!)).toBe(true)
  expect(stepsOf(l, scenarios!, false)).toEqual([{ step: 'predict', done: true }, { step: 'goal', done: false }, { step: 'reflect', done: false }])
  expect(stepsOf(l, audit!, true).map((s) => s.step)).toEqual(['predict', 'decide'])
})

test('a limit that is to be broken is done when it was broken and holds again', () => {
  const trial = (ms: number | null, undo?: boolean): Trial => ({ values: {}, figures: [ms === null ? null : ms / 1000], words: [], ...(undo ? { undo } : {}) })
  expect(goalState(goal, 0, [])).toMatchObject({ made: 0, reached: undefined, done: false })
  expect(goalState(goal, 0, [trial(8), trial(null)])).toMatchObject({ made: 2, reached: undefined })
  const broken = [trial(8), trial(12)]
  expect(goalState(goal, 0, broken)).toMatchObject({ reached: 2, undone: false, inTime: true, done: false })
  expect(goalState(goal, 0, broken, 0.009).done).toBe(true)
  expect(goalState(goal, 0, [...broken, trial(8, true)])).toMatchObject({ made: 2, undone: true, done: true })
  expect(counted([...broken, trial(8, true)]).length).toBe(2)
  // The eleventh of ten is noted as late; it is the goal all the same.
  expect(goalState(goal, 0, [...Array.from({ length: 10 }, () => trial(8)), trial(12), trial(8)])).toMatchObject({ reached: 11, inTime: false, done: true })
  const reach = { ...goal, violate: false, kind: 'at_least' as const, limit: 60, iterations: 0 }
  expect(goalState(reach, 0, [trial(59_000), trial(60_000)])).toMatchObject({ reached: 2, done: true })
})

test('a failure says value, limit, unit and by how much', () => {
  expect(failure(goal, 0.0397)).toBe('39.7 ms is beyond the limit of 10.0 ms by 29.7 ms.')
  expect(failure({ ...goal, kind: 'at_least', limit: 60, unit: '1/s', unit_per_si: 1 }, 10.5)).toBe('10.5 1/s is short of the limit of 60.0 1/s by 49.5 1/s.')
  expect([holds(goal, 0.01), holds(goal, 0.011), holds(goal, null)]).toEqual([true, false, undefined])
  expect(figuresOf([goal], { phases: [{ metrics: { 'latency.p99': { value: 0.5 } } }] })).toEqual([0.5])
})

test('a ledger that was exported is read again; another is refused with what is right', () => {
  let l = { ...emptyLedger('l', 't', '1'), learner: 'Ada' }
  l = entered(l, { part: 'audit', id: 'e1', kind: 'evidence', command: ['audit'], figures: { '/a': 1 } })
  expect(readLedger('f', JSON.stringify(l), 'l', 't')).toEqual(l)
  const refused = (text: string) => expect(() => readLedger('f.json', text, 'l', 't'))
  refused('{').toThrow('f.json is not JSON')
  refused('null').toThrow('JSON without a schema')
  refused('{"schema": "ridgeline.run/1"}').toThrow('f.json is ridgeline.run/1; give ridgeline.ledger/1')
  refused(JSON.stringify({ ...l, track: 'u' })).toThrow('is of the lab l, track u; open it there')
  refused(JSON.stringify({ ...l, entries: [{ ...l.entries[0], kind: 'poem' }] })).toThrow('entries[0].kind must be one of prediction')
  refused(JSON.stringify({ ...l, entries: [{ ...l.entries[0], figures: { a: 'x' } }] })).toThrow('entries[0].figures must be numbers')
  refused(JSON.stringify({ ...l, entries: 3 })).toThrow('no list of entries')
})

test('a ledger as Markdown: what was asked, answered, noted; what a learner wrote is no markup', () => {
  let l = { ...emptyLedger(lab.id, lab.track.id, '0.1.0'), learner: 'Ada' }
  l = entered(l, { part: 'scenarios', id: 'scenario', kind: 'prediction', answer: 'constant-stream' })
  l = entered(l, { part: 'scenarios', id: 'rate', kind: 'prediction', answer: '200' })
  l = entered(l, { part: 'audit', id: 'e1', kind: 'evidence', text: 'latency: A 40 ms', command: ['audit', '--json'], figures: { '/metrics/0/a/value': 0.04 } })
  l = entered(l, { part: 'audit', id: 'strategy', kind: 'decision', answer: 'p99', text: '# <b>not</b> a heading\n- nor a list', evidence: ['e1'] })
  const text = ledgerMarkdown(l, lab)
  for (const line of ['## Scenario selection', '> Which scenario represents an AV braking loop?', 'Answer: ConstantStream', 'Answer: 200 1/s',
    '- `/metrics/0/a/value`: 0.04', '    ridgeline audit --json', 'Answer: P99 ms', '\\# \\<b\\>not\\</b\\> a heading', '\\- nor a list', 'Rests on: e1', 'Learner: Ada'])
    expect(text.split('\n')).toContain(line)
  expect(text).not.toContain('## The tail')
})

class Store {
  texts = new Map<string, string>()
  full = false
  getItem = (key: string) => this.texts.get(key) ?? null
  setItem = (key: string, text: string) => {
    if (this.full) throw new DOMException('no room', 'QuotaExceededError')
    this.texts.set(key, text)
  }
  removeItem = (key: string) => void this.texts.delete(key)
}

test('what is kept comes back; a reset is taken back, also after a reload', () => {
  const store = new Store()
  const kept = new Kept('l', 't', '2', store)
  kept.enter({ part: 'tail', id: 'p99', kind: 'prediction', answer: '20' })
  kept.setTrials('tail', [{ values: { a: '1' }, figures: [1], words: [] }])
  kept.setDraft('tail', 'fleet', 'half a sen')
  const again = new Kept('l', 't', '2', store)
  expect(again.saved).toEqual(kept.saved)
  expect([again.trials('tail').length, again.draft('tail', 'fleet'), again.canUndo]).toEqual([1, 'half a sen', false])
  again.reset()
  expect([again.ledger.entries.length, again.trials('tail').length]).toEqual([0, 0])
  const third = new Kept('l', 't', '2', store)
  expect([third.ledger.entries.length, third.canUndo]).toEqual([0, true])
  third.undoReset()
  expect(third.saved).toEqual(kept.saved)
  expect(third.canUndo).toBe(false)
})

test('what cannot be kept is said, and stays in the page', () => {
  const store = new Store()
  const kept = new Kept('l', 't', '2', store)
  store.full = true
  kept.enter({ part: 'tail', id: 'p99', kind: 'prediction', answer: '20' })
  expect(kept.problem).toContain('did not keep the last change (QuotaExceededError): export the ledger')
  expect(kept.ledger.entries.length).toBe(1)
  store.full = false
  kept.rename('Ada')
  expect([kept.problem, JSON.parse(store.texts.get(storageKey('l', 't'))!).ledger.learner]).toEqual(['', 'Ada'])
  expect(new Kept('l', 't', '2', undefined).problem).toContain('keeps nothing of this page')
})

test('what was kept and cannot be read is put aside, not thrown away', () => {
  const store = new Store()
  store.texts.set(storageKey('l', 't'), '{"version": 9}')
  const kept = new Kept('l', 't', '2', store)
  expect(kept.problem).toContain('cannot be read (written by another version of this page)')
  expect(store.texts.get(`${storageKey('l', 't')}:unreadable`)).toBe('{"version": 9}')
  expect(() => parseSaved(JSON.stringify({ version: 1, ledger: emptyLedger('x', 't', '1') }), 'l', 't')).toThrow('of x, t')
})

test('Markdown of a lab: no HTML, no script, no strange link', () => {
  expect(html('a **b** `c`')).toBe('<p>a <strong>b</strong> <code>c</code></p>\n')
  expect(html('<img src=x onerror=alert(1)>')).not.toContain('<img')
  expect(html('[x](javascript:alert(1))')).not.toContain('javascript')
  expect(html('![x](https://e.org/p.png)')).not.toContain('<img')
  expect(html('[x](https://e.org/?a=1&b="2")')).toContain('<a href="https://e.org/?a=1&amp;b=')
  expect(html('# T')).toBe('<h3>T</h3>\n')
})

test('figures of documents as evidence: by pointers that lead to them', () => {
  const mission = {
    schema: 'ridgeline.mission/1', id: 'm', thresholds: [{ phase: 'p', metric: 'power.mean', value: 1, at_most: 2, holds: true, why: '' }],
    phases: [{ id: 'server', metrics: { 'latency.p99': { value: 0.0095, unit: 's' }, throughput: { value: 20, unit: '1/s' }, 'latency.p50': { value: 1, unit: 's' }, 'power.mean': { value: 0.001, unit: 'W' } } }],
  }
  const [line] = evidenceLines(mission)
  expect(evidenceText(line!)).toBe('server: P99 latency 9.50 ms, throughput 20.0 /s, mean power 1.00 mW')
  for (const f of line!.figures) expect(numberAt(mission, f.at)).toBe(f.value)
  const tailDoc = { schema: 'ridgeline.tail/1', percentiles: [{ percentile: 0.99, assumed_seconds: { normal: 0.0216, lognormal: 0.0268 } }] }
  expect(evidenceLines(tailDoc).map(evidenceText)).toEqual(['P99 by formula: normal 21.6 ms, lognormal 26.8 ms'])
  expect(evidenceLines({ schema: 'other/1' })).toEqual([])
  expect([shownIn(null, 's'), shownIn(2.357, 'USD'), shownIn(0.99, ''), shownIn(31.4, 'degC'), metricName('ttft.p99'), metricName('latency.p99.9')])
    .toEqual(['–', '$2.36', '99 %', '31.4 °C', 'P99 time to first token', 'P99.9 latency'])
})

test('names beside marks do not lie on each other, and stay in the picture', () => {
  const marks = [{ text: 'aaaa', x: 10, y: 50 }, { text: 'bbbb', x: 12, y: 52 }, { text: 'at the edge', x: 290, y: 50 }]
  const placed = apart(marks, 300, 200)
  const box = (p: (typeof placed)[0]) => {
    const long = p.text.length * 6.6
    const left = p.anchor === 'start' ? p.x : p.anchor === 'end' ? p.x - long : p.x - long / 2
    return { left, right: left + long, top: p.y - 11, bottom: p.y + 3 }
  }
  const boxes = placed.map(box)
  for (const [i, a] of boxes.entries()) {
    expect(a.left).toBeGreaterThanOrEqual(4)
    expect(a.right).toBeLessThanOrEqual(300)
    for (const b of boxes.slice(i + 1)) expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false)
  }
})

test('the first answer to an audit leaves out what takes long, and plays no shorter than its P99 allow', () => {
  const words = 'audit --a x --b y --mission m --set duration=300 --set duration=20 --json'.split(' ')
  expect(lengthIn(words)).toBe(20)
  expect(lengthIn(['audit', '--set', 'qps=3', 'duration=4'])).toBeUndefined()
  const light = 'audit --a x --b y --mission m --set duration=300 --set duration=20 --skip front,break-evens,scenarios'
  expect(roughOf(words, undefined, 300)).toEqual({ words: `${light} --json`.split(' '), short: false })
  const play = (queries: number | null, ...metrics: string[]) => ({ failed: '', queries, metrics: Object.fromEntries(metrics.map((m) => [m, { value: 1, unit: 's' }])) })
  const exact = (milliseconds: number, ...plays: ReturnType<typeof play>[]) =>
    ({ milliseconds, body: { scenarios: plays.map((a) => ({ a, b: play(null) })) } })
  // 400 queries in 20 s: 110 of them in 5.5 s. One that has no P99 asks for nothing.
  expect(roughOf(words, exact(90, play(400, 'latency.p99'), play(50_000, 'latency.p99'), play(30, 'throughput')), 300))
    .toEqual({ words: `${light} --set duration=5.5 --json`.split(' '), short: true })
  expect(roughOf(words, exact(90, play(50_000, 'latency.p99')), 300)?.words.at(-2)).toBe('duration=1')
  expect(roughOf(words, exact(90, play(120, 'latency.p99')), 300)?.short).toBe(false)
  expect(roughOf(words, exact(15, play(400, 'latency.p99')), 300)).toBeUndefined()
})

test('a run is first played as short as a frame allows, and not below a second', () => {
  const words = ['simulate', 'm', '--json']
  const exact = (milliseconds: number) => ({ milliseconds, body: { phases: [{ scenario: { min_duration_seconds: 60 } }] } })
  expect(roughOf(words, undefined, 300)?.words).toEqual(['simulate', 'm', '--set', 'duration=10', '--json'])
  expect(roughOf(words, exact(120), 300)?.words.at(-2)).toBe('duration=6')
  expect(roughOf(words, exact(12_000), 300)?.words.at(-2)).toBe('duration=1')
  expect([roughOf(words, exact(15), 300), roughOf(words, undefined, 1.2), roughOf(words, undefined, undefined)]).toEqual([undefined, undefined, undefined])
})
