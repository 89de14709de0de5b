/**
 * Asks the worker, one command at a time. Of questions under one key the newest waits and the older ones are dropped:
 * a slider that moves faster than the engine answers skips what nobody would see. A worker that fails is started again.
 */
import type { Answer, Ask, FromWorker } from './protocol'

/** The part of Worker that is used, so that tests can stand in for it. */
export interface Port {
  postMessage(message: Ask): void
  terminate(): void
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null
  onerror: ((event: ErrorEvent) => void) | null
}

export class EngineError extends Error {}

interface Waiting {
  key: string
  words: string[]
  files?: Record<string, string>
  whole?: boolean
  resolve: (answer: Answer | undefined) => void
  reject: (error: Error) => void
}

export class EngineClient {
  private port: Port | undefined
  private queue: Waiting[] = []
  private current: (Waiting & { id: number }) | undefined
  private count = 0
  /** Of the first start, in ms. */
  startup = 0
  onready: (() => void) | undefined
  onfatal: ((message: string) => void) | undefined

  constructor(private readonly open: () => Port) {
    this.start()
  }

  private start(): void {
    const port = this.open()
    this.port = port
    port.onmessage = (event) => this.receive(event.data)
    port.onerror = (event) => this.fail(event.message || 'the worker did not start')
  }

  private receive(message: FromWorker): void {
    if (message.kind === 'ready') {
      this.startup ||= message.milliseconds
      this.onready?.()
    } else if (message.kind === 'fatal') {
      this.fail(message.message)
    } else if (this.current?.id === message.id) {
      const { resolve } = this.current
      this.current = undefined
      resolve(message.answer)
      this.next()
    }
  }

  /** Everything that waits learns of it; the next question starts a new worker. */
  private fail(message: string): void {
    const error = new EngineError(message)
    this.port?.terminate()
    this.port = undefined
    for (const waiting of [...(this.current ? [this.current] : []), ...this.queue]) waiting.reject(error)
    this.current = undefined
    this.queue = []
    this.onfatal?.(message)
  }

  private next(): void {
    if (this.current) return
    const waiting = this.queue.shift()
    if (!waiting) return
    if (!this.port) this.start()
    this.current = { ...waiting, id: ++this.count }
    this.port!.postMessage({ id: this.current.id, words: waiting.words, files: waiting.files, whole: waiting.whole })
  }

  /** Undefined when a newer question took its place. */
  run(key: string, words: string[], more: Pick<Ask, 'files' | 'whole'> = {}): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => {
      for (const older of this.queue.filter((w) => w.key === key)) older.resolve(undefined)
      this.queue = this.queue.filter((w) => w.key !== key)
      this.queue.push({ key, words, ...more, resolve, reject })
      this.next()
    })
  }

  get busy(): boolean {
    return this.current !== undefined
  }

  /** Ends what runs: it rejects, and so does what waits. */
  stop(): void {
    this.fail('stopped')
  }
}
