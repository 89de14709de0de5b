/** Numbers for people: three significant digits and a prefix, as the engine's text has them. */

const prefixes: Record<string, string> = { '-4': 'p', '-3': 'n', '-2': 'µ', '-1': 'm', 0: '', 1: 'k', 2: 'M', 3: 'G', 4: 'T', 5: 'P', 6: 'E' }

function digits(x: number): string {
  if (x === 0) return '0'
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(x)) + 1e-12))
  return x.toFixed(Math.min(places, 6))
}

/** si(0.00584, 's') is "5.84 ms", but si(0.383, '/s') is "0.383 /s": "383 m/s" would be a speed. What is not there is "–". */
export function si(x: number | null | undefined, unit: string): string {
  if (x === null || x === undefined || !Number.isFinite(x)) return '–'
  if (x === 0) return `0 ${unit}`.trimEnd()
  const rounded = Number(x.toPrecision(3))
  if (Math.abs(rounded) < 1 && (unit === '' || unit.startsWith('/')))
    return `${Math.abs(rounded) < 1e-4 ? rounded : digits(rounded)} ${unit}`.trimEnd()
  const step = Math.max(-4, Math.min(6, Math.floor(Math.log10(Math.abs(rounded)) / 3 + 1e-12)))
  return `${digits(rounded / 1000 ** step)} ${prefixes[step]}${unit}`.trimEnd()
}

/** The same without zeros at the end, for the ticks of an axis. */
export const tick = (x: number, unit: string): string => si(x, unit).replace(/(\.\d*?)0+(?=\D|$)/, '$1').replace(/\.(?=\D|$)/, '')

/** Three digits and no prefix, for ratios: 0.999, 295. */
export const plain = (x: number): string => digits(Number(x.toPrecision(3)))

/** The same with its sign. */
export const signed = (x: number, unit: string): string => (x > 0 ? '+' : x < 0 ? '−' : '') + si(Math.abs(x), unit)

export const percent = (share: number): string => `${Number((100 * share).toPrecision(share < 0.1 ? 2 : 3))} %`

/** "[2.93 ms, 11.7 ms]", or nothing where it is not known. */
export function interval(low: number | null | undefined, high: number | null | undefined, unit: string): string {
  return low === null || low === undefined || high === null || high === undefined ? '' : `[${si(low, unit)}, ${si(high, unit)}]`
}

export const count = (n: number): string => n.toLocaleString('en-US')
