/** An instrument's command with the controls' values in it, and figures by where they stand in its document. */
import type { Settings } from '../lib/setups'
import type { Control } from './documents'

/** {rate} becomes the value of the control rate; what no value fills stays, and the engine says so. */
export const fill = (command: readonly string[], values: Settings): string[] =>
  command.map((word) => word.replace(/\{([^{}]+)\}/g, (whole, name: string) => values[name] ?? whole))

/** Every control's value, where the address gives none. */
export const defaultsOf = (controls: Control[]): Settings => Object.fromEntries(controls.map((c) => [c.id, c.value]))

function beforeJson(words: string[], more: string[]): string[] {
  const at = words.indexOf('--json')
  return at < 0 ? [...words, ...more] : [...words.slice(0, at), ...more, ...words.slice(at)]
}

/** The same run, but shorter: a first rough answer. */
export const shorter = (words: string[], seconds: number): string[] => beforeJson(words, ['--set', `duration=${Number(seconds.toPrecision(3))}`])

/** The same audit without what takes long and is not drawn at once. */
export const lighter = (words: string[]): string[] => beforeJson(words, ['--skip', 'front,break-evens,scenarios'])

/** The last duration that the words set, in seconds. */
export function lengthIn(words: readonly string[]): number | undefined {
  const set = words.findLast((word, i) => words[i - 1] === '--set' && word.startsWith('duration='))
  return set && Number(set.slice('duration='.length)) || undefined
}

/** RFC 6901; undefined where it leads nowhere. */
export function pointed(document: unknown, at: string): unknown {
  if (at === '') return document
  let here: unknown = document
  for (const part of at.slice(1).split('/').map((p) => p.replaceAll('~1', '/').replaceAll('~0', '~'))) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part) || (Array.isArray(here) && !/^\d+$/.test(part))) return undefined
    here = (here as Record<string, unknown>)[part]
  }
  return here
}

export function numberAt(document: unknown, at: string): number | null {
  const value = pointed(document, at)
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
