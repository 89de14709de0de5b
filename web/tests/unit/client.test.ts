import { expect, test } from 'vitest'
import { EngineClient, EngineError, type Port } from '../../src/engine/client'
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

test('stop ends what runs; a late answer of the old worker is nobody’s', async () => {
  const { client, hands } = made()
  const running = client.run('a', ['1'])
  client.stop()
  await expect(running).rejects.toThrow('stopped')
  const next = client.run('a', ['2'])
  hands[0]!.answer('late')
  hands[1]!.answer('right')
  expect((await next)?.output).toBe('right')
})
