import { expect, test } from 'vitest'
import { fewest, frame, most, nextRough } from '../../src/lib/rough'

test('a rough answer grows while it is quick and shrinks when it takes more than a frame', () => {
  expect(nextRough(400, frame / 4)).toBe(800)
  expect(nextRough(400, frame * 0.75)).toBe(400)
  expect(nextRough(400, frame * 2)).toBe(200)
})

test('and stays within what is worth drawing', () => {
  expect(nextRough(most, 0)).toBe(most)
  expect(nextRough(fewest, 1e6)).toBe(fewest)
})
