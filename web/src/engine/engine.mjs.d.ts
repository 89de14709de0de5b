/** What bindings/wasm builds: one module for the worker, and its data as files. */
declare module '@engine/engine.mjs' {
  export interface EngineModule {
    ccall(name: string, returns: 'number' | null, types: ('string' | 'number')[], values: (string | number)[]): number
    UTF8ToString(at: number, most: number): string
    HEAPF64: Float64Array
    FS: {
      chdir(path: string): void
      mkdirTree(path: string): void
      writeFile(path: string, text: string): void
    }
  }
  export interface EngineOptions {
    instantiateWasm: (imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void) => object
    print: (line: string) => void
    printErr: (line: string) => void
  }
  export default function create(options: EngineOptions): Promise<EngineModule>
}
declare module '@engine/engine.wasm?url' {
  const url: string
  export default url
}
declare module '@engine/names.json' {
  const names: import('./documents').CatalogList
  export default names
}
declare module '@engine/catalog.json?url' {
  const url: string
  export default url
}
