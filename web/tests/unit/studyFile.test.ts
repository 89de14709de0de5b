import { expect, test } from 'vitest'
import { addressed, exploreWords, firstStudy, inAddress, lineEnds, lineOf, mostInAddress } from '../../src/lib/studyFile'
import { shellLine } from '../../src/lib/setups'
import { parsePlace, placeHash, withDefaults } from '../../src/state/url'

test('a file goes into the address and comes back as it was, where it is short enough', () => {
  const defaults = { study: '', yaml: '' }
  const text = `${firstStudy}# 100 %, a & b + c = "d?" #/e\n`
  const there = placeHash('explore', { study: 'study.yaml', yaml: addressed(text) }, defaults)
  expect(withDefaults(parsePlace(there).given, defaults)).toEqual({ study: 'study.yaml', yaml: text })
  expect(there.length).toBeLessThan(mostInAddress)
})

test('what is too long for an address stays out of it whole', () => {
  const most = 'x'.repeat(mostInAddress - 'yaml='.length)
  expect(inAddress(most)).toBe(mostInAddress)
  expect(addressed(most)).toBe(most)
  expect(addressed(`${most}x`)).toBe('')
  expect(inAddress('\n:')).toBe('yaml=%0A%3A'.length)
})

test('the command is the terminal’s', () => {
  expect(shellLine(exploreWords)).toBe('ridgeline explore study.yaml --json')
})

test('a refusal that names a line leads there', () => {
  expect(lineOf("study.yaml:4: constraints[0]: unit 'parrots' at column 11")).toBe(4)
  expect(lineOf('stopped')).toBeUndefined()
  const text = 'a: 1\nbc: 2\n\nd: 3'
  const line = (n: number) => text.slice(...lineEnds(text, n))
  expect([1, 2, 3, 4, 5].map(line)).toEqual(['a: 1', 'bc: 2', '', 'd: 3', ''])
  expect(lineEnds(text, 9)).toEqual([text.length, text.length])
  expect(lineEnds('', 1)).toEqual([0, 0])
})
