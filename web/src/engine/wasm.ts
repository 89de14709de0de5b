/** The one place that touches WebAssembly: a command line in, an Answer out. Runs in the worker, and in tests. */
import type { EngineModule, EngineOptions } from '@engine/engine.mjs'
import { neededEntries } from './needed'
import type { Answer } from './protocol'

export type Create = (options: EngineOptions) => Promise<EngineModule>

const isEntry = (file: string) => /^(models|hardware)\//.test(file)

export class Engine {
  private readonly read = new Set<string>()

  private constructor(
    private readonly module: EngineModule,
    private readonly out: string[],
    private readonly err: string[],
    private readonly catalog: Record<string, string>,
  ) {}

  /** `catalog`: names in the data folder, and their texts. `progress`: what a long command says before its answer. */
  static async start(create: Create, wasm: WebAssembly.Module, catalog: Record<string, string>, progress: (line: string) => void): Promise<Engine> {
    const out: string[] = []
    const err: string[] = []
    const module = await new Promise<EngineModule>((resolve, reject) => {
      const instantiateWasm: EngineOptions['instantiateWasm'] = (imports, receive) => {
        WebAssembly.instantiate(wasm, imports).then((instance) => receive(instance, wasm), reject)
        return {} // it comes later
      }
      const printErr = (l: string) => (l.startsWith('· ') ? progress(l.slice(2)) : err.push(l))
      create({ instantiateWasm, print: (l) => out.push(l), printErr }).then(resolve, reject)
    })
    const engine = new Engine(module, out, err, catalog)
    engine.write('/data', Object.fromEntries(Object.entries(catalog).filter(([file]) => !isEntry(file))))
    for (const folder of ['/work', '/data/models', '/data/hardware']) module.FS.mkdirTree(folder)
    module.FS.chdir('/work') // what a refusal says of a file, the terminal would say too
    return engine
  }

  /** Models and devices come to the engine as commands name them. Whether any came. */
  private provide(entries: string[]): boolean {
    const missing = entries.filter((file) => !this.read.has(file))
    if (missing.length === 0) return false
    this.write('/data', Object.fromEntries(missing.map((file) => [file, this.catalog[file]!])))
    for (const file of missing) this.read.add(file)
    this.module.ccall('ridgeline_forget', null, [], [])
    return true
  }

  private write(folder: string, files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      const path = `${folder}/${name}`
      this.module.FS.mkdirTree(path.slice(0, path.lastIndexOf('/')))
      this.module.FS.writeFile(path, text)
    }
  }

  /** `files` lie in /work. */
  run(words: string[], files: Record<string, string> = {}, whole = false): Answer {
    const { module } = this
    const ask = (name: string) => module.ccall(name, 'number', [], [])
    const play = () => {
      this.out.length = this.err.length = 0
      return module.ccall('ridgeline_command', 'number', ['string', 'number'], [JSON.stringify(words), whole ? 1 : 0])
    }
    const start = performance.now()
    const all = Object.keys(this.catalog).filter(isEntry)
    this.write('/work', files)
    this.provide(neededEntries(words, this.catalog, files) ?? all)
    let code = play()
    // A file may name entries in ways that are not seen here, and a refusal proposes the nearest of all.
    if (code === 2 && /unknown (model|hardware) '/.test(this.err.join('\n')) && this.provide(all)) code = play()
    const captured = module.UTF8ToString(ask('ridgeline_output'), ask('ridgeline_output_size'))
    const count = ask('ridgeline_latencies')
    // Of the heap as it is now: it moves when it grows.
    const column = (name: string) => {
      const at = ask(name) / 8
      return module.HEAPF64.slice(at, at + count)
    }
    const printed = this.out.length > 0 ? this.out.join('\n') + '\n' : ''
    return {
      code,
      output: captured + printed,
      errors: this.err.join('\n'),
      scheduled: column('ridgeline_scheduled'),
      latency: column('ridgeline_latency'),
      milliseconds: performance.now() - start,
    }
  }
}
