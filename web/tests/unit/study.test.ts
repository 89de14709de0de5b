import { expect, test } from 'vitest'
import llama70b from '../../src/examples/llama-70b.json?raw'
import passBandwidth from '../../src/examples/pass-bandwidth.json?raw'
import { designs, inside, metricsOf, opening, parseRange, playing, rangeText, readStudy, shown, unitOf, varying } from '../../src/lib/study'
import { predictWords, simulateWords } from '../../src/lib/setups'
import { padded, staircase, written } from '../../src/plot/front'
import type { Study, StudyPoint } from '../../src/engine/documents'

const examples = { 'llama-70b': llama70b, 'pass-bandwidth': passBandwidth }
const example = (name: keyof typeof examples) => readStudy(name, examples[name])

const point = (index: number, at: Record<string, string>, metrics: StudyPoint['metrics']): StudyPoint => ({ index, equal_points: 0, at, metrics })
function study(kind: 'serving' | 'step', points: StudyPoint[], top: StudyPoint[] = [], text = ''): Study {
  const names = Object.keys(points[0]!.at)
  return {
    schema: 'ridgeline.study/1', points: 9, explored: 9, interrupted: false,
    study: {
      model: 'm', kind, calibration: 'fitted', stack: 'vllm', conditions: [], constraints: [], money: '', text, search: { method: 'grid' },
      axes: names.map((name) => ({ name, values: [...new Set(points.map((p) => p.at[name]!))] })),
      objectives: [{ metric: 'tpot', direction: 'minimise' }],
    },
    counts: { feasible: 9, fell: 0, untold: 0, excluded: 0, does_not_fit: 0, failed: 0 },
    front: points, top, constraints: [], costliest_constraint: null, errors: [], survival: { points: [{ index: points[0]!.index, on_front: 0.7 }] },
  }
}

test('what is no study is refused with what would be one', () => {
  expect(() => readStudy('a.json', '{')).toThrow('a.json is not JSON; give what `ridgeline explore')
  expect(() => readStudy('a.json', 'null')).toThrow('JSON without a schema')
  expect(() => readStudy('a.json', '{"schema": "ridgeline.run/1"}')).toThrow('a.json is ridgeline.run/1; give ridgeline.study/1')
  expect(() => readStudy('a.json', '{"schema": "ridgeline.study/1", "front": []}')).toThrow('parts missing')
})

test('designs are the front and the best besides, each once; what survival does not know is not zero', () => {
  const [a, b, c] = [1, 2, 3].map((i) => point(i, { tp: String(i), isl: '8' }, { ttft: i, tpot: 1 / i }))
  const s = study('serving', [a!, b!], [a!, c!])
  const all = designs(s)
  expect(all.map((d) => [d.index, d.front, d.stays])).toEqual([[1, true, 0.7], [2, true, null], [3, false, null]])
  expect(metricsOf(s)).toEqual(['tpot', 'ttft'])
  expect(varying(s, all)).toEqual(['tp'])
  expect(varying(s, all.slice(0, 1))).toEqual([])
})

test('every metric of both kinds of study has the unit that the engine has', () => {
  const of = (name: keyof typeof examples) => Object.fromEntries(metricsOf(example(name)).map((m) => [m, unitOf(m)]))
  expect(of('llama-70b')).toEqual({
    ttft: 's', tpot: 's', latency: 's', step: 's', requests: '/s', tokens: '/s', tokens_per_device: '/s', tokens_per_user: '/s',
    memory: 'B', devices: '', power: 'W', energy_per_token: 'J', cost_per_hour: '$', cost_per_mtok: '$',
  })
  expect(of('pass-bandwidth')).toEqual({
    latency: 's', throughput: '/s', throughput_per_device: '/s', mfu: '', memory: 'B', devices: '', power: 'W', energy_per_sample: 'J',
    cost_per_hour: '$', cost_per_msample: '$',
  })
})

test('figures for people: what is not known is a dash', () => {
  expect([shown('cost_per_mtok', 0.12853), shown('devices', 2), shown('mfu', 0.088), shown('ttft', 0.2089)]).toEqual(['$0.129', '2', '8.8 %', '209 ms'])
  expect([shown('cost_per_mtok', null), shown('ttft', undefined)]).toEqual(['–', '–'])
})

test('ranges: both ends within, open ends, and back to the same text', () => {
  for (const text of ['0.1..2', '..2', '0..', '']) expect(rangeText(parseRange(text))).toBe(text)
  expect(parseRange('x..1e3')).toEqual([null, 1000])
  expect([1, 2, 3].map((v) => inside(v, [1, 2]))).toEqual([true, true, false])
  expect(inside(0, [0, null])).toBe(true)
  expect(inside(null, [0, null])).toBe(false)
  expect(inside(null, [null, null])).toBe(true)
})

const opened = (kind: 'serving' | 'step', at: Record<string, string>, text = '') => {
  const s = study(kind, [point(0, at, { tpot: 1 })], [], text)
  return { predict: opening(s, designs(s)[0]!), simulate: playing(s, designs(s)[0]!) }
}

test('a serving point opens as itself, and its users are played', () => {
  const at = { hardware: 'h', precision: 'fp8', tp: '2', pp: '1', replicas: '4', prefill_replicas: '0', prefill_tp: '8', isl: '1024', osl: '512', concurrency: '64' }
  const { predict, simulate } = opened('serving', at)
  expect(predictWords(predict.settings!).join(' ')).toBe('predict m h --precision fp8 --tp 2 --stack vllm --concurrency 64 --osl 512 --replicas 4 --json')
  expect(simulateWords(simulate.settings!).join(' ')).toBe(
    'simulate m h --scenario closed-loop --precision fp8 --users 64 --isl 1024 --osl 512 --duration 60s --replicas 4 --tp 2 --stack vllm --continuous --json')
})

test('what a study states is stated, also where it is what a larger deployment would not take', () => {
  const { predict } = opened('serving', { hardware: 'h', dp: '8', ep: '1', concurrency: '8', max_batch: '16', kv_cache: 'fp8' })
  expect(predictWords(predict.settings!).join(' ')).toBe('predict m h --kv-cache fp8 --dp 8 --ep 1 --stack vllm --concurrency 8 --max-batch 16 --json')
})

test('a pass opens as it is; what a page cannot be told is said', () => {
  const step = (at: Record<string, string>, text = '') => opened('step', { hardware: 'h', batch: '8', ...at }, text)
  expect(predictWords(step({ context: '2048', 'hardware.memory.bandwidth': 'x1' }).predict.settings!).join(' ')).toBe('predict m h --batch 8 --context 2048 --stack vllm --json')
  expect(predictWords(step({ pp: '2' }).predict.settings!).join(' ')).toBe('predict m h --batch 8 --pp 2 --stack vllm --json')
  expect(step({}).simulate.settings).toBeUndefined()
  expect(step({ 'hardware.memory.bandwidth': 'x2' }).predict).toEqual({ why: expect.stringContaining('no setting for hardware.memory.bandwidth') })
  expect(step({}, 'stack: vllm\nstack_version: 0.19.0\n').predict).toEqual({ why: expect.stringContaining('stack_version') })
  const { predict, simulate } = opened('serving', { hardware: 'h', prefill_replicas: '2', prefill_tp: '4' })
  expect([predict.why, simulate.why]).toEqual([expect.stringContaining('Predict has no setting for prefill_replicas, prefill_tp'), expect.stringContaining('Simulate has no setting for prefill_replicas')])
  expect(opened('serving', { hardware: 'h', dp: '2' }).simulate.why).toContain('Simulate has no setting for dp')
})

test('the edge of a front goes around what it beats', () => {
  // More of both is better: (1, 3) and (2, 1) beat nothing beyond (1, 1) but under it.
  expect(staircase([{ x: 2, y: 1 }, { x: 1, y: 3 }], true)).toEqual([{ x: 1, y: 3 }, { x: 1, y: 1 }, { x: 2, y: 1 }])
  // Less of x, more of y: (2, 3) is reached from (1, 1) along y = 1.
  expect(staircase([{ x: 1, y: 1 }, { x: 2, y: 3 }], false)).toEqual([{ x: 1, y: 1 }, { x: 2, y: 1 }, { x: 2, y: 3 }])
  expect(staircase([], true)).toEqual([])
})

test('axes have room at their ends, and names that do not touch', () => {
  expect(padded([0, 100], false)).toEqual([0, 106])
  const [low, high] = padded([1, 1], true)
  expect(low).toBeLessThan(1)
  expect(high).toBeGreaterThan(1)
  expect(padded([], false)).toEqual([0, 1])
  const names = ['aaaaaaaaaa', 'b', 'cccccccccc']
  expect([...written(names, (i) => i * 200)].sort()).toEqual([0, 1, 2])
  expect([...written(names, (i) => i * 40)].sort()).toEqual([0, 2]) // 10 letters are 64 px and 10 of room
  expect([...written(names, (i) => i * 40, 4)].sort()).toEqual([0, 1, 2])
  expect([...written(['a', 'b'], () => 0)]).toEqual([0])
})
