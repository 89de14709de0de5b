import { expect, test } from 'vitest'
import { fewest, most, roughQueries } from '../../src/lib/rough'

test('as many queries as fit a quarter of a frame, which is 1000 / 60 ms', () => {
  expect(roughQueries(10_000, 100)).toBe(Math.round(10_000 / 100 * (1000 / 60 / 4)))
  expect(roughQueries(1000, 10)).toBe(roughQueries(100_000, 1000))
  expect(roughQueries(500, -3)).toBe(most) // the whole run was not slower
})

test('but not so few that nothing is seen, nor more than are worth drawing', () => {
  expect(roughQueries(100_000, 70)).toBe(most)
  expect(roughQueries(50, 2000)).toBe(fewest)
  expect(roughQueries(0, 0)).toBe(fewest)
})
