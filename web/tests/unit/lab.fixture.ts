/** A lab in the contract's form, made up: what `ridgeline lab show`, `lab list` and `lab key` print of it. */
import type { Control, Key, Lab, LabEntry, Part } from '../../src/lab/documents'

export const slider = (id: string, least: number, most: number, value: string, more: Partial<Control> = {}): Control =>
  ({ id, name: id, unit: '', help: '', kind: 'slider', options: [], least, most, step: 1, logarithmic: false, value, ...more })
export const choice = (id: string, options: string[], value: string): Control =>
  ({ id, name: id, unit: '', help: '', kind: 'choice', options: options.map((o) => ({ id: o, text: o })), least: null, most: null, step: null, logarithmic: false, value })

const scenarios: Part = {
  id: 'scenarios', name: 'Scenario selection', minutes: 15,
  text: 'Which benchmark speaks of **your** system?\n\nMove the rate and look at every scenario.',
  questions: [
    { id: 'scenario', kind: 'choice', text: 'Which scenario represents an AV braking loop?', unit: '', tolerance: null, points: 2,
      options: [{ id: 'server', text: 'Server' }, { id: 'multi-stream', text: 'MultiStream' }, { id: 'constant-stream', text: 'ConstantStream' }] },
    { id: 'rate', kind: 'number', text: 'How many frames a second does Offline reach?', unit: '1/s', tolerance: 0.2, points: 1, options: [] },
  ],
  controls: [
    choice('mode', ['single-stream', 'multi-stream', 'server', 'offline', 'constant-stream'], 'server'),
    slider('rate', 1, 240, '20', { name: 'Arrival rate', unit: '1/s', logarithmic: true, help: 'Frames a second.' }),
    slider('batch', 1, 16, '1', { name: 'Largest batch' }),
  ],
  instruments: [{
    id: 'scenarios', title: 'Scenarios', kind: 'scenarios', help: 'Up is later, right is more.',
    command: 'simulate edge-guardian --phase car --as server,offline,single-stream,multi-stream,constant-stream --set qps={rate} --set max_batch={batch} --set duration=20 --json'.split(' '),
  }],
  goals: [{
    text: 'Make Server late while Offline looks the same; then undo it.', at: '/phases/0/metrics/latency.p99/value', kind: 'at_most', limit: 0.01,
    unit: 'ms', unit_per_si: 1000, iterations: 0, violate: true, first_aid: ['a lower rate', 'a larger batch'],
  }],
  reflections: [{ id: 'goodhart', text: 'What would a vendor show you, and why?', look_for: ['a measure that becomes a target'], points: 3 }],
  decisions: [],
}

const tail: Part = {
  id: 'tail', name: 'The tail', minutes: 15, text: 'A mean says nothing of the slowest.',
  questions: [{ id: 'p99', kind: 'number', text: 'Mean 10 ms, SD 5 ms: P99?', unit: 'ms', tolerance: 0.2, points: 1, options: [] }],
  controls: [
    slider('noise', 0, 1, '0.02', { name: 'Noise level', step: 0.01 }),
    slider('load', 0, 0.5, '0', { name: 'OS background load', step: 0.001 }),
    slider('switches', 0, 100000, '0', { name: 'Context switches', unit: '1/s', logarithmic: true, step: 10 }),
  ],
  instruments: [
    { id: 'tail', title: 'Latency', kind: 'tail', help: '', command: 'simulate edge-guardian --fix --phase car --set noise.sigma={noise} --set background.load={load} --set switches.rate={switches} --json'.split(' ') },
    { id: 'math', title: 'Formulas', kind: 'math', help: '', command: 'tail --mean {mean}s --sd {sd}s --json'.split(' ') },
  ],
  goals: [{
    text: 'Break the window in at most ten iterations.', at: '/phases/0/metrics/latency.p99/value', kind: 'at_most', limit: 0.01,
    unit: 'ms', unit_per_si: 1000, iterations: 10, violate: true, first_aid: ['less background load'],
  }],
  reflections: [{ id: 'fleet', text: 'What does the fleet need of each?', look_for: [], points: 1 }],
  decisions: [],
}

const audit: Part = {
  id: 'audit', name: 'The audit', minutes: 15, text: 'The Purchasing Lead: *A has three times the peak.*',
  questions: [{ id: 'winner', kind: 'choice', text: 'Which has the lower P99?', unit: '', tolerance: null, points: 1, options: [{ id: 'a', text: 'A' }, { id: 'b', text: 'B' }] }],
  controls: [],
  instruments: [{ id: 'audit', title: 'Audit', kind: 'audit', help: '', command: 'audit --a jetson-agx-orin-64gb --b l4 --mission edge-guardian --json'.split(' ') }],
  goals: [], reflections: [],
  decisions: [{
    id: 'strategy', text: 'By what do you buy?', evidence: 2, look_for: ['the limit of the work'], points: 4,
    options: [{ id: 'p99', text: 'P99 ms', figure: null }, { id: 'watt', text: 'FPS/W', figure: null }],
  }],
}

export const lab: Lab = {
  ridgeline: '0.1.0', id: 'performance-benchmarking', name: 'Performance benchmarking', text: 'From the data sheet to the user.', minutes: 45,
  track: {
    id: 'edge-guardian', name: 'Edge Guardian', text: 'Eight cameras.', persona: 'perception engineer', story: 'One camera is fast enough.', crisis: 'Eight are not.',
    hardware: 'jetson-agx-orin-64gb', model: 'yolov8m', precision: 'fp16',
    thresholds: [{ phase: 'car', metric: 'latency.p99', kind: 'at_most', limit: 0.01, unit: 'ms', unit_per_si: 1000, why: 'the loop waits no longer' }],
    parameters: { duration: { value: 300, unit: 's', provenance: { kind: 'assumed', source: 'long enough', date: '' } } },
    fix_story: '', fix: [],
  },
  tracks: [{ id: 'edge-guardian', name: 'Edge Guardian' }],
  parts: [scenarios, tail, audit],
}
export const entry: LabEntry = { id: lab.id, name: lab.name, summary: 'From the number on the data sheet to what users see', minutes: 45, tracks: lab.tracks }
export const keys: Key[] = [
  { part: 'scenarios', question: 'scenario', key: 'constant-stream', value: 39.7, unit: 'ms', values: { server: 9.57, 'multi-stream': 39, 'constant-stream': 39.7 }, why: 'The clock does not wait.', commands: [['simulate', 'edge-guardian']] },
  { part: 'scenarios', question: 'rate', key: '205', value: 205, unit: '1/s', values: {}, why: 'As many as it can.', commands: [] },
  { part: 'tail', question: 'p99', key: '26.8411', value: 26.8411, unit: 'ms', values: {}, why: 'It is skewed.', commands: [['tail', '--mean', '10ms', '--sd', '5ms']] },
  { part: 'audit', question: 'winner', key: 'b', value: null, unit: 'ms', values: { a: 40, b: 12 }, why: 'B.', commands: [] },
]
