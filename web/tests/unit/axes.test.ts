import { render } from 'svelte/server'
import { expect, test } from 'vitest'
import Axes from '../../src/plot/Axes.svelte'
import Histogram from '../../src/plot/Histogram.svelte'
import { linear, logarithmic, within } from '../../src/plot/scale'
import { whisker } from '../../src/plot/shapes'

const box = within(200, 100, { left: 20, right: 10, top: 5, bottom: 40 })
const texts = (body: string, name: string) =>
  [...body.matchAll(new RegExp(`<text class="${name}"([^>]*)>(.*?)</text>`, 'g'))].map(([, attributes, text]) => [text, /text-anchor="(\w+)"/.exec(attributes!)![1]])

test('margins leave a box, and an interval has ends', () => {
  expect(box).toEqual({ width: 200, height: 100, left: 20, right: 190, top: 5, bottom: 60 })
  expect(whisker(1, 5, 10, 2)).toBe('M1 10H5M1 8V12M5 8V12')
})

test('a line for each tick; what would leave the picture ends at its line', () => {
  const { body } = render(Axes, { props: { box, x: linear([0, 1000], [20, 190], 2), y: linear([0, 10], [60, 5], 2), xName: 'rate', xMark: (t: number) => `${t} /s`, yName: 'count' } })
  expect(body.match(/class="grid"/g)).toHaveLength(6)
  expect(texts(body, 'tick')).toEqual([['0 /s', 'middle'], ['500 /s', 'middle'], ['1000 /s', 'end'], ['0', 'end'], ['5', 'end'], ['10', 'end']])
  expect(texts(body, 'axis')).toEqual([['rate', 'middle'], ['count', 'middle']])
})

test('marks that would touch are left off, and rows need no axis upwards', () => {
  const { body } = render(Axes, { props: { box: within(80, 60, { left: 10, right: 10, top: 0, bottom: 20 }), x: logarithmic([1, 100], [10, 70]), xMark: (t: number) => `${t} ms` } })
  expect(body.match(/class="grid"/g)).toHaveLength(7)
  expect(texts(body, 'tick').map(([text]) => text)).toEqual(['1 ms', '100 ms'])
})

test('a histogram has a bar for each bin that is not empty, figures above, and the limit where it is in reach', () => {
  const values = Float64Array.from({ length: 100 }, (_, i) => 0.001 * (1 + (i % 10)))
  const estimate = (value: number) => ({ value, low: value * 0.9, high: value * 1.1 })
  const marks = [{ name: 'mean', estimate: estimate(0.0055) }, { name: 'P99', estimate: null }, { name: 'P99 if normal: μ + 2.33 σ', estimate: { value: 0.0122, low: null, high: null }, assumed: true }]
  const props = { values, marks, rough: false, json: '', file: '' }
  const { body } = render(Histogram, { props: { ...props, limit: { value: 0.009, metric: 'P99' } } })
  expect(body.match(/class="bar histogram"/g)).toHaveLength(10)
  expect(body.match(/class="percentile( assumed)?"/g)).toEqual(['class="percentile"', 'class="percentile assumed"'])
  expect(body.match(/class="interval"/g)).toHaveLength(1)
  expect(body).toContain('limit 9.00 ms')
  expect(body).toContain('100 latencies from 1.00 ms to 10.0 ms. mean 5.50 ms, P99 if normal: μ + 2.33 σ 12.2 ms. The limit of P99 is 9.00 ms.')
  const far = render(Histogram, { props: { ...props, limit: { value: 0.1, metric: 'P99' } } }).body
  expect(far).not.toMatch(/class="limit"|class="beyond"/)
  expect(far).toContain('The limit of 100 ms lies beyond the picture.')
})
