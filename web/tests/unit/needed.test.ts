import { expect, test } from 'vitest'
import { neededEntries } from '../../src/engine/needed'

const catalog = {
  'models/a.yaml': 'id: a',
  'models/b.yaml': 'id: b\naliases: [bee, b-again,\n  b-longer]',
  'hardware/x.yaml': 'id: x',
  'hardware/y.yaml': 'id: y',
  'hardware/z.yaml': 'id: z',
  'missions/story.yaml': 'model: a\nhardware: x # its own\nfix:\n  changes:\n    - {set: model, to: b, why: small}\n',
  'labs/tails/lab.yaml': 'command: "audit --a {hardware} --b y --json" # or predict bee on y.',
}
const needed = (line: string, files?: Record<string, string>) => neededEntries(line.split(' '), catalog, files)

test('a command brings the entries that it names', () => {
  expect(needed('predict a x --batch 4 --json')).toEqual(['models/a.yaml', 'hardware/x.yaml'])
  expect(needed('simulate b y --scenario server')).toEqual(['models/b.yaml', 'hardware/y.yaml'])
  expect(needed('catalog show y --json')).toEqual(['hardware/y.yaml'])
  expect(needed('explain --model a --baseline x --proposal y --change model=b --change batch=3')).toEqual(
    ['models/a.yaml', 'hardware/x.yaml', 'hardware/y.yaml', 'models/b.yaml'])
  const prediction = (model: string, hardware: string) => `{\n  "schema": "ridgeline.profile/1",\n  "model": "${model}",\n  "hardware": "${hardware}"\n}`
  expect(needed('explain /work/a.json /work/b.json')).toEqual([])
  expect(needed('explain /work/a.json /work/b.json', { 'a.json': prediction('a', 'x'), 'b.json': prediction('b', 'x') })).toEqual(
    ['models/a.yaml', 'hardware/x.yaml', 'models/b.yaml'])
  expect(needed('explain /work/a.json /work/b.json', { 'a.json': '{"schema": "ridgeline.run/1", "model": "a"}' })).toEqual([])
  expect(needed('tail --mean 10ms')).toEqual([])
})

test('a mission brings its model and device, and those of its fix and its changes', () => {
  const own = ['models/a.yaml', 'hardware/x.yaml', 'models/b.yaml']
  expect(needed('simulate story --phase car --as server,offline --json')).toEqual(own)
  expect(needed('simulate story --set hardware=y --set qps=3')).toEqual([...own, 'hardware/y.yaml'])
  // The front is of all devices; without it two are enough.
  expect(needed('audit --a x --b y --mission story --skip front,break-evens --json')?.sort()).toEqual([...own, 'hardware/y.yaml'].sort())
  for (const skip of ['', ' --skip break-evens'])
    expect(needed(`audit --a x --b y --mission story${skip} --json`)?.sort()).toEqual([...own, 'hardware/y.yaml', 'hardware/z.yaml'].sort())
  expect(needed('simulate story --set hardware=alias-of-y')).toBeUndefined()
})

test('a lab reads no entry, and its keys those that it names', () => {
  expect(needed('lab list --json')).toEqual([])
  expect(needed('lab show tails --track story --json')).toEqual([])
  expect(needed('lab key tails --track story --json')?.sort()).toEqual(
    ['hardware/x.yaml', 'hardware/y.yaml', 'models/a.yaml', 'models/b.yaml'])
  expect(needed('lab key tails --json')).toBeUndefined()
})

test('a study brings what its file names, and all where it asks for a kind of device', () => {
  const study = (text: string) => needed('explore study.yaml --json', { 'study.yaml': text })
  expect(study('model: bee # not a.\nspace: {hardware: [x], tp: [1]}')).toEqual(['models/a.yaml', 'models/b.yaml', 'hardware/x.yaml'])
  expect(study('space:\n  model: [a, b-longer]\n')).toEqual(['models/a.yaml', 'models/b.yaml'])
  expect(study('model: unknown')).toEqual([])
  expect(study('model: a\nspace: {hardware: {tier: edge}}')).toBeUndefined()
  expect(study('model: a\nspace: {hardware: {vendor: NVIDIA}}')).toBeUndefined()
})

test('lists, aliases, unknown missions and what is misspelt need them all', () => {
  for (const line of ['catalog list --json', 'predict a alias-of-x', 'simulate edge-guardian --fix', 'predict c x', 'explore s.yaml', 'predict', 'audit --a x --b y --mission unknown', 'audit --a /work/a.yaml --b y --mission story'])
    expect(needed(line)).toBeUndefined()
})
