import { expect, test } from 'vitest'
import type { Input } from '../../src/engine/documents'
import { ofCalibration, sources } from '../../src/lib/origin'

const input = (key: string, value: string, kind: string, source: string): Input => ({ key, value, provenance: { kind, source, date: '2026' } })
const inputs = [
  input('hardware.memory.bandwidth', '3.35 TB/s', 'datasheet', 'NVIDIA'), input('hardware.tdp', '700 W', 'datasheet', 'NVIDIA'),
  ...['a', 'b', 'c', 'd'].map((name) => input(`calibration.${name}`, '1', 'fitted', '2,304 points')), input('calibration.hop', '12 µs', 'assumed', 'a guess'),
]

test('a line a source, the weakest first, many values as their number', () => {
  expect(sources(inputs).map((s) => [s.kind, s.what])).toEqual([
    ['assumed', 'calibration.hop 12 µs'], ['datasheet', 'hardware.memory.bandwidth 3.35 TB/s, hardware.tdp 700 W'], ['fitted', '4 values: calibration.a, …'],
  ])
})

test('only what a number rests on', () => {
  expect(sources(inputs, /^hardware\.tdp/).map((s) => s.what)).toEqual(['hardware.tdp 700 W'])
  expect(sources([])).toEqual([])
})

test('a prediction is no better than its coefficients', () => {
  expect(['fitted', 'ideal', 'textbook'].map(ofCalibration)).toEqual(['fitted', 'assumed', 'assumed'])
})
