import { expect, test, vi } from 'vitest'
import { EngineClient, EngineError, patience, type Port } from '../../src/engine/client'
import type { Answer, Ask } from '../../src/engine/protocol'

const answer = (output: string): Answer => ({
  code: 0, output, errors: '', scheduled: new Float64Array(), latency: new Float64Array(), milliseconds: 1,
})

/** A worker that answers when it is told to. */
class Hand implements Port {
  asked: Ask[] = []
  ended = false
  onmessage: Port['onmessage'] = null
  onerror: Port['onerror'] = null
  postMessage(message: Ask): void {
    this.asked.push(message)
  }
  terminate(): void {
    this.ended = true
  }
  answer(text: string): void {
    this.onmessage?.({ data: { kind: 'answer', id: this.asked.at(-1)!.id, answer: answer(text) } } as MessageEvent)
  }
  ready(): void {
    this.onmessage?.({ data: { kind: 'ready', milliseconds: 7 } } as MessageEvent)
  }
  says(line: string, id = this.asked.at(-1)!.id): void {
    this.onmessage?.({ data: { kind: 'progress', id, line } } as MessageEvent)
  }
  die(message: string): void {
    this.onmessage?.({ data: { kind: 'fatal', message } } as MessageEvent)
  }
}

function made() {
  const hands: Hand[] = []
  const client = new EngineClient(() => (hands.push(new Hand()), hands.at(-1)!))
  return { client, hands }
}

test('one command at a time, and of one key only the newest waits', async () => {
  const { client, hands } = made()
  const [first, second, third, other] = [['1'], ['2'], ['3'], ['x']].map((words) => client.run(words[0] === 'x' ? 'other' : 'key', words))
  expect(hands[0]!.asked.map((a) => a.words)).toEqual([['1']])
  hands[0]!.answer('one')
  expect((await first)?.output).toBe('one')
  expect(await second).toBeUndefined()
  expect(hands[0]!.asked.map((a) => a.words)).toEqual([['1'], ['3']])
  hands[0]!.answer('three')
  expect((await third)?.output).toBe('three')
  hands[0]!.answer('x')
  expect((await other)?.output).toBe('x')
  expect(client.busy).toBe(false)
})

test('a worker that dies rejects what waits, says so, and the next question starts another', async () => {
  const { client, hands } = made()
  let said = ''
  client.onfatal = (message) => (said = message)
  const running = client.run('a', ['1'])
  const waiting = client.run('b', ['2'])
  hands[0]!.die('out of memory')
  await expect(running).rejects.toThrow(EngineError)
  await expect(waiting).rejects.toThrow('out of memory')
  expect(said).toBe('out of memory')
  expect(hands[0]!.ended).toBe(true)
  const again = client.run('a', ['3'])
  expect(hands.length).toBe(2)
  hands[1]!.answer('fine')
  expect((await again)?.output).toBe('fine')
})

test('stop ends what runs, and starts anew; a late answer of the old worker is nobody’s', async () => {
  const { client, hands } = made()
  const running = client.run('a', ['1'])
  client.stop()
  await expect(running).rejects.toThrow('stopped')
  expect(hands.length).toBe(2)
  const next = client.run('a', ['2'])
  hands[0]!.answer('late')
  hands[1]!.answer('right')
  expect((await next)?.output).toBe('right')
})

test('a long question keeps no short one waiting', async () => {
  const { client, hands } = made()
  const long = client.run('simulate', ['exact'], { long: true })
  const quick = client.run('simulate', ['rough'])
  expect(hands.map((h) => h.asked.map((a) => a.words[0]))).toEqual([['rough'], ['exact']])
  hands[0]!.answer('rough')
  expect((await quick)?.output).toBe('rough')
  expect(client.busy).toBe(true)
  hands[1]!.answer('exact')
  expect((await long)?.output).toBe('exact')
})

test('how far a long question is, its asker hears: of that question, until it is answered', async () => {
  const { client, hands } = made()
  const heard: string[] = []
  const asked = client.run('explore', ['1'], { long: true, progress: (line) => heard.push(line) })
  const hand = hands[1]!
  expect(Object.keys(hand.asked[0]!)).not.toContain('progress') // a function cannot be sent
  hand.says('screening: 8192 of 99999 points')
  hand.says('of another', 99)
  hand.answer('front')
  expect((await asked)?.output).toBe('front')
  hand.says('late')
  expect(heard).toEqual(['screening: 8192 of 99999 points'])
})

test('the worker for long runs starts when it is asked or warmed, and once', async () => {
  const { client, hands } = made()
  void client.run('predict', ['1'])
  expect(hands.length).toBe(1)
  client.warm()
  void client.run('simulate', ['2'], { long: true })
  client.warm()
  expect(hands.length).toBe(2)
})

test('of exact runs the newest wins: an older one is given its time, then its worker is ended', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  try {
    const { client, hands } = made()
    const old = client.run('simulate', ['1'], { long: true })
    vi.advanceTimersByTime(patience - 50)
    const passed = client.run('simulate', ['2'], { long: true })
    const newest = client.run('simulate', ['3'], { long: true })
    expect(await passed).toBeUndefined()
    vi.advanceTimersByTime(49)
    expect(hands[1]!.ended).toBe(false)
    vi.advanceTimersByTime(1)
    expect(await old).toBeUndefined()
    expect(hands[1]!.ended).toBe(true)
    expect(hands[2]!.asked.map((a) => a.words[0])).toEqual(['3'])
    hands[2]!.answer('three')
    expect((await newest)?.output).toBe('three')
  } finally {
    vi.useRealTimers()
  }
})

test('an older run that ends in time is only followed by the newer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  try {
    const { client, hands } = made()
    const old = client.run('simulate', ['1'], { long: true })
    const other = client.run('whole', ['w'], { long: true }) // another question waits its turn
    const newer = client.run('simulate', ['2'], { long: true })
    hands[1]!.answer('one')
    expect((await old)?.output).toBe('one')
    vi.advanceTimersByTime(10 * patience)
    expect(hands[1]!.ended).toBe(false)
    hands[1]!.answer('w')
    expect((await other)?.output).toBe('w')
    hands[1]!.answer('two')
    expect((await newer)?.output).toBe('two')
  } finally {
    vi.useRealTimers()
  }
})

test('a worker that fails after it was ready starts again by itself, and the page is not told to', async () => {
  const { client, hands } = made()
  let said = ''
  client.onfatal = (message) => (said = message)
  hands[0]!.ready()
  expect(client.startup).toBe(7)
  const running = client.run('a', ['1'])
  hands[0]!.die('out of memory')
  await expect(running).rejects.toThrow('out of memory')
  expect(said).toBe('')
  expect(hands.length).toBe(2)
})
