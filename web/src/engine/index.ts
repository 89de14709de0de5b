import { EngineClient, type How } from './client'
import type { Answer, FromWorker, Parts, Start } from './protocol'

/** The engine throws and catches: browsers before 2022 lack that. */
export const hasWebAssembly = typeof WebAssembly === 'object' && 'Tag' in WebAssembly && typeof Worker === 'function'

/** What the first worker fetched and compiled, for those that follow. */
let parts: Parts | undefined

function open(): Worker {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
    if (data.kind === 'ready') parts ??= data.parts
  })
  worker.postMessage({ parts } satisfies Start)
  return worker
}

export const engine = hasWebAssembly ? new EngineClient(open) : undefined

/** A document, with the text that it came as. */
export interface Document<T> {
  body: T
  text: string
  answer: Answer
}

/** What the engine refused, in its own words. */
export class Refusal extends Error {}

/** Asks for a JSON document; undefined when a newer question took its place. Throws a Refusal on bad input. */
export async function ask<T>(key: string, words: string[], how?: How): Promise<Document<T> | undefined> {
  if (!engine) throw new Refusal('This browser has no WebAssembly.')
  const answer = await engine.run(key, words, how)
  if (!answer) return undefined
  if (answer.code === 2 || answer.output === '')
    throw new Refusal(answer.errors.replace(/^ridgeline: /gm, '') || 'The engine gave no answer.')
  return { body: JSON.parse(answer.output) as T, text: answer.output, answer }
}
