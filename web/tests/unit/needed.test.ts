import { expect, test } from 'vitest'
import { neededEntries } from '../../src/engine/needed'

const files = ['models/a.yaml', 'models/b.yaml', 'hardware/x.yaml', 'hardware/y.yaml']
const needed = (line: string) => neededEntries(line.split(' '), (file) => files.includes(file))

test('a command brings the entries that it names', () => {
  expect(needed('predict a x --batch 4 --json')).toEqual(['models/a.yaml', 'hardware/x.yaml'])
  expect(needed('simulate b y --scenario server')).toEqual(['models/b.yaml', 'hardware/y.yaml'])
  expect(needed('catalog show y --json')).toEqual(['hardware/y.yaml'])
  expect(needed('explain --model a --baseline x --proposal y --change model=b --change batch=3')).toEqual(
    ['models/a.yaml', 'hardware/x.yaml', 'hardware/y.yaml', 'models/b.yaml'])
  expect(needed('explain /work/a.json /work/b.json')).toEqual([])
  expect(needed('tail --mean 10ms')).toEqual([])
})

test('lists, aliases, missions and what is misspelt need them all', () => {
  for (const line of ['catalog list --json', 'predict a alias-of-x', 'simulate edge-guardian --fix', 'predict c x', 'explore s.yaml', 'predict'])
    expect(needed(line)).toBeUndefined()
})
