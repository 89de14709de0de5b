/** What the page and its worker tell each other. */

/** What a worker needs, so that a second one neither fetches nor compiles: the engine, and the catalog's files as one JSON text. */
export interface Parts {
  wasm: WebAssembly.Module
  catalog: string
}
/** The first message to a worker; without parts it fetches them. */
export interface Start {
  parts: Parts | undefined
}

export interface Ask {
  id: number
  /** A command line of `ridgeline`, without the program's name. */
  words: string[]
  /** Files that it names, written ahead of it. */
  files?: Record<string, string>
  /** A run's document with every query in it, as the terminal prints it, and no numbers beside it. */
  whole?: boolean
}

/** What the terminal would have seen, and of a run the numbers that its percentiles are over. */
export interface Answer {
  /** 0 fine, 1 INVALID, 2 bad input, 3 infeasible. */
  code: number
  output: string
  errors: string
  /** Seconds; as many of each. Empty where the command made no run. */
  scheduled: Float64Array
  latency: Float64Array
  /** Spent in the engine. */
  milliseconds: number
}

export type FromWorker =
  | { kind: 'ready'; milliseconds: number; parts?: Parts }
  | { kind: 'progress'; id: number; line: string }
  | { kind: 'answer'; id: number; answer: Answer }
  | { kind: 'fatal'; message: string }
