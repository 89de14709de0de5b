import catalogUrl from '@engine/catalog.json?url'
import create from '@engine/engine.mjs'
import wasmUrl from '@engine/engine.wasm?url'
import type { Ask, FromWorker, Parts, Start } from './protocol'
import { Engine } from './wasm'

const post = (message: FromWorker, move: Transferable[] = []) => self.postMessage(message, { transfer: move })
const fatal = (error: unknown) => post({ kind: 'fatal', message: error instanceof Error ? error.message : String(error) })

async function fetched(url: string): Promise<Response> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`)
  return response
}
/** While it comes, where the server says what it is. */
async function compiled(response: Response): Promise<WebAssembly.Module> {
  const streams = response.headers.get('content-type')?.startsWith('application/wasm') && WebAssembly.compileStreaming
  return streams ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer())
}
async function fetchParts(): Promise<Parts> {
  const [wasm, catalog] = await Promise.all([fetched(wasmUrl).then(compiled), fetched(catalogUrl).then((r) => r.text())])
  return { wasm, catalog }
}

const begun = performance.now()
let engine: Promise<Engine>
let asked = 0
async function start(given: Parts | undefined): Promise<Engine> {
  const parts = given ?? (await fetchParts())
  const progress = (line: string) => post({ kind: 'progress', id: asked, line })
  const started = await Engine.start(create, parts.wasm, JSON.parse(parts.catalog) as Record<string, string>, progress)
  post({ kind: 'ready', milliseconds: performance.now() - begun, parts: given ? undefined : parts })
  return started
}

self.onmessage = async ({ data }: MessageEvent<Start | Ask>) => {
  try {
    if ('parts' in data) {
      engine = start(data.parts)
      await engine
    } else {
      const { id, words, files, whole } = data
      const ready = await engine
      asked = id
      const answer = ready.run(words, files, whole)
      post({ kind: 'answer', id, answer }, [answer.scheduled.buffer, answer.latency.buffer])
    }
  } catch (error) {
    fatal(error) // an engine that aborted cannot be asked again
  }
}
