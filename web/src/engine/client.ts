/**
 * Asks two workers that share nothing: one answers at once, the other plays what may take seconds, so that no long
 * question keeps a short one waiting. Each has one command at a time. Of questions under one key the newest waits and the
 * older ones are dropped: a slider that moves faster than the engine answers skips what nobody would see. A long run that
 * a newer one waits for is given up. A worker that fails is started again.
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

/** How a question is asked. */
export interface How extends Pick<Ask, 'files' | 'whole'> {
  /** It may take long: not on the worker that answers at once. */
  long?: boolean
  /** How far it is, in the engine's words, every few seconds. */
  progress?: (line: string) => void
}

interface Waiting extends How {
  key: string
  words: string[]
  resolve: (answer: Answer | undefined) => void
  reject: (error: Error) => void
}

/** Runs that take less are not worth a new worker, which takes about as long to be ready. */
export const patience = 250

class Lane {
  private port: Port | undefined
  private queue: Waiting[] = []
  private current: (Waiting & { id: number; since: number }) | undefined
  private count = 0
  private ready = false
  private giveUp: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly open: () => Port,
    private readonly onready: (milliseconds: number) => void,
    private readonly onfatal: (message: string) => void,
  ) {}

  start(): void {
    if (this.port) return
    const port = this.open()
    this.port = port
    this.ready = false
    // What a worker says after it was given up is nobody's.
    port.onmessage = (event) => this.port === port && this.receive(event.data)
    port.onerror = (event) => this.port === port && this.fail(event.message || 'the worker did not start')
  }

  private receive(message: FromWorker): void {
    if (message.kind === 'ready') {
      this.ready = true
      this.onready(message.milliseconds)
    } else if (message.kind === 'fatal') {
      this.fail(message.message)
    } else if (this.current?.id !== message.id) {
      return // of a question that nobody waits for
    } else if (message.kind === 'progress') {
      this.current.progress?.(message.line)
    } else {
      const { resolve } = this.current
      this.end()
      resolve(message.answer)
      this.next()
    }
  }

  private end(): void {
    clearTimeout(this.giveUp)
    this.giveUp = undefined
    this.current = undefined
  }

  private close(): void {
    this.port?.terminate()
    this.port = undefined
  }

  /** Everything that waits learns of it. One that had been ready starts again at once; of one that never was the page learns too. */
  private fail(message: string): void {
    const { ready } = this
    const waiting = [...(this.current ? [this.current] : []), ...this.queue]
    this.end()
    this.queue = []
    this.close()
    for (const { reject } of waiting) reject(new EngineError(message))
    if (ready) this.start()
    else this.onfatal(message)
  }

  stop(): void {
    const running = this.current !== undefined
    const waiting = [...(this.current ? [this.current] : []), ...this.queue]
    this.end()
    this.queue = []
    for (const { reject } of waiting) reject(new EngineError('stopped'))
    if (!running) return
    this.close()
    this.start()
  }

  private next(): void {
    if (this.current) return
    const waiting = this.queue.shift()
    if (!waiting) return
    this.start()
    this.current = { ...waiting, id: ++this.count, since: performance.now() }
    this.port!.postMessage({ id: this.current.id, words: waiting.words, files: waiting.files, whole: waiting.whole })
  }

  /** What runs is older than what waits under its key: it is given its time, and then ended. */
  private supersede(key: string): void {
    const old = this.current
    if (!old?.long || old.key !== key || this.giveUp !== undefined) return
    this.giveUp = setTimeout(() => {
      this.end()
      old.resolve(undefined)
      this.close()
      this.next()
    }, Math.max(0, patience - (performance.now() - old.since)))
  }

  run(waiting: Waiting): void {
    const { key } = waiting
    for (const older of this.queue.filter((w) => w.key === key)) older.resolve(undefined)
    this.queue = this.queue.filter((w) => w.key !== key)
    this.queue.push(waiting)
    this.supersede(key)
    this.next()
  }

  get busy(): boolean {
    return this.current !== undefined
  }
}

export class EngineClient {
  private readonly quick: Lane
  private readonly slow: Lane
  /** Of the first start, in ms. */
  startup = 0
  ready = false
  /** Why a worker did not start. */
  failure = ''
  onready: (() => void) | undefined
  onfatal: ((message: string) => void) | undefined

  constructor(open: () => Port) {
    const fatal = (message: string) => {
      this.ready = false
      this.failure = message
      this.onfatal?.(message)
    }
    this.quick = new Lane(open, (milliseconds) => this.started(milliseconds), fatal)
    this.slow = new Lane(open, () => {}, fatal)
    this.quick.start()
  }

  private started(milliseconds: number): void {
    this.startup ||= milliseconds
    this.ready = true
    this.failure = ''
    this.onready?.()
  }

  /** Undefined when a newer question took its place. */
  run(key: string, words: string[], how: How = {}): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => (how.long ? this.slow : this.quick).run({ key, words, ...how, resolve, reject }))
  }

  /** Makes the worker for long runs ready before it is asked: once the first picture stands, and no earlier. */
  warm(): void {
    this.slow.start()
  }

  get busy(): boolean {
    return this.quick.busy || this.slow.busy
  }

  /** Ends what runs: it rejects, and so does what waits. */
  stop(): void {
    this.quick.stop()
    this.slow.stop()
  }
}
