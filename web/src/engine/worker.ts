import catalogUrl from '@engine/catalog.json?url'
import create from '@engine/engine.mjs'
import wasmUrl from '@engine/engine.wasm?url'
import type { Ask, FromWorker } from './protocol'
import { Engine } from './wasm'

const post = (message: FromWorker, move: Transferable[] = []) => self.postMessage(message, { transfer: move })
const fatal = (error: unknown) => post({ kind: 'fatal', message: error instanceof Error ? error.message : String(error) })

async function fetched(url: string): Promise<Response> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`)
  return response
}

async function start(): Promise<Engine> {
  const [wasm, catalog] = await Promise.all([
    fetched(wasmUrl).then((r) => r.arrayBuffer()),
    fetched(catalogUrl).then((r) => r.json() as Promise<Record<string, string>>),
  ])
  return Engine.start(create, wasm, catalog)
}

const begun = performance.now()
const engine = start()
engine.then(() => post({ kind: 'ready', milliseconds: performance.now() - begun }), fatal)

self.onmessage = async (event: MessageEvent<Ask>) => {
  try {
    const { id, words, files, whole } = event.data
    const answer = (await engine).run(words, files, whole)
    post({ kind: 'answer', id, answer }, [answer.scheduled.buffer, answer.latency.buffer])
  } catch (error) {
    fatal(error) // an engine that aborted cannot be asked again
  }
}
