/** Axes: from values to pixels, and where the ticks stand. */

export interface Scale {
  (value: number): number
  ticks: number[]
}

/** A picture's size, and what its axes span within it. */
export interface Box extends Pad {
  width: number
  height: number
}

interface Pad {
  left: number
  right: number
  top: number
  bottom: number
}

/** What is left of a picture within margins. */
export const within = (width: number, height: number, pad: Pad): Box =>
  ({ width, height, left: pad.left, right: width - pad.right, top: pad.top, bottom: height - pad.bottom })

/** A step of 1, 2 or 5 times a power of ten that gives about `wanted` of them. */
export function niceStep(span: number, wanted: number): number {
  const raw = span / Math.max(1, wanted)
  const power = 10 ** Math.floor(Math.log10(raw))
  return power * ([1, 2, 5, 10].find((m) => m * power >= raw * 0.999999) ?? 10)
}

export function linear([from, to]: [number, number], [start, end]: [number, number], wanted = 5): Scale {
  const span = to - from || 1
  const step = niceStep(span, wanted)
  const first = Math.ceil(from / step - 1e-9)
  const ticks = Array.from({ length: Math.max(0, Math.floor(to / step + 1e-9) - first + 1) }, (_, i) => (first + i) * step)
  return Object.assign((x: number) => start + ((x - from) / span) * (end - start), { ticks })
}

/** Powers of ten; where there are few of them, 2 and 5 times too; within less than one, equal steps. */
export function logarithmic([from, to]: [number, number], [start, end]: [number, number], wanted = 6): Scale {
  const [low, high] = [Math.log10(from), Math.log10(to)]
  const at = (x: number) => start + ((Math.log10(x) - low) / (high - low || 1)) * (end - start)
  const decades = high - low
  const every = Math.max(1, Math.ceil(decades / wanted))
  const ticks: number[] = []
  for (let power = Math.ceil(low - 1) ; power <= high; ++power) {
    for (const m of decades < 2.5 ? [1, 2, 5] : [1]) {
      const x = m * 10 ** power
      if (x >= from * 0.999999 && x <= to * 1.000001 && (power % every === 0 || decades < 2.5)) ticks.push(x)
    }
  }
  if (decades < 0.6 && ticks.length < 4) return Object.assign(at, { ticks: linear([from, to], [0, 1], wanted).ticks })
  return Object.assign(at, { ticks })
}
