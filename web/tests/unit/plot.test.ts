import { expect, test } from 'vitest'
import { interval, percent, plain, si, signed, tick } from '../../src/lib/format'
import { bin } from '../../src/plot/bins'
import { linear, logarithmic, niceStep } from '../../src/plot/scale'

test('three digits and a prefix, as the engine writes them', () => {
  expect(si(0.005842953, 's')).toBe('5.84 ms')
  expect(si(2.039e12, 'B/s')).toBe('2.04 TB/s')
  expect(si(999.6, 's')).toBe('1.00 ks')
  expect(si(0.0009996, 's')).toBe('1.00 ms')
  expect(si(0, 'B/s')).toBe('0 B/s')
  expect(si(796, '')).toBe('796')
  expect(si(0.383, '/s')).toBe('0.383 /s')
  expect(si(0.05, '')).toBe('0.0500')
  expect(si(2.5e-6, '/s')).toBe('0.0000025 /s')
  expect(si(null, 's')).toBe('–')
  expect(si(NaN, 's')).toBe('–')
  expect(signed(-0.002, 's')).toBe('−2.00 ms')
  expect(percent(0.0026)).toBe('0.26 %')
  expect(percent(1)).toBe('100 %')
  expect([tick(0.001, 's'), tick(1500, ''), tick(100, ''), tick(0.00025, 's')]).toEqual(['1 ms', '1.5 k', '100', '250 µs'])
  expect([plain(0.99929), plain(295.2)]).toEqual(['0.999', '295'])
  expect(interval(0.001, null, 's')).toBe('')
})

test('scales put their ends at the ends, and ticks between them', () => {
  const x = linear([0, 10], [100, 200])
  expect([x(0), x(5), x(10)]).toEqual([100, 150, 200])
  expect(x.ticks).toEqual([0, 2, 4, 6, 8, 10])
  const y = logarithmic([1, 10000], [0, 400])
  expect([y(1), y(100), y(10000)]).toEqual([0, 200, 400])
  expect(y.ticks).toEqual([1, 10, 100, 1000, 10000])
  expect(logarithmic([1, 10], [0, 1]).ticks).toEqual([1, 2, 5, 10])
  expect(niceStep(10, 5)).toBe(2)
  expect(Number.isFinite(linear([3, 3], [0, 10])(3))).toBe(true)
})

test('every value falls in one bin, the greatest in the last', () => {
  const values = Float64Array.from({ length: 1000 }, (_, i) => (i + 1) / 1000)
  for (const log of [false, true]) {
    const { edges, counts, least, greatest } = bin(values, 20, log)
    expect(counts.reduce((a, b) => a + b)).toBe(1000)
    expect(edges.length).toBe(21)
    expect([least, greatest]).toEqual([0.001, 1])
    for (let i = 0; i < 20; ++i) {
      // What a loop over the edges counts; a value on an edge may go either way by rounding.
      const inside = values.filter((v) => v >= edges[i]! && (v < edges[i + 1]! || i === 19)).length
      expect(Math.abs(inside - counts[i]!)).toBeLessThanOrEqual(2)
    }
  }
})

test('equal values are one bin, none are none', () => {
  expect(bin(new Float64Array([5, 5, 5]), 10, true).counts).toEqual([3])
  expect(bin(new Float64Array(), 10, false)).toEqual({ edges: [], counts: [], least: 0, greatest: 0 })
})
