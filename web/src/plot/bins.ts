/** Counts of values in equal bins, of the value or of its logarithm. Drawing only: percentiles come from the engine. */

export interface Bins {
  edges: number[]
  counts: number[]
  least: number
  greatest: number
}

export function bin(values: ArrayLike<number>, wanted: number, logarithmic: boolean): Bins {
  let least = Infinity
  let greatest = -Infinity
  for (let i = 0; i < values.length; ++i) {
    const x = values[i]!
    if (x < least) least = x
    if (x > greatest) greatest = x
  }
  if (values.length === 0) return { edges: [], counts: [], least: 0, greatest: 0 }
  const log = logarithmic && least > 0
  const from = log ? Math.log(least) : Math.min(0, least)
  const to = log ? Math.log(greatest) : greatest
  if (to <= from) return { edges: [least * 0.95, (greatest || 1) * 1.05], counts: [values.length], least, greatest }
  const counts = new Array<number>(wanted).fill(0)
  const scale = wanted / (to - from)
  for (let i = 0; i < values.length; ++i) {
    const x = log ? Math.log(values[i]!) : values[i]!
    counts[Math.min(wanted - 1, Math.floor((x - from) * scale))]!++
  }
  const edges = Array.from({ length: wanted + 1 }, (_, i) => from + (i / wanted) * (to - from))
  return { edges: log ? edges.map(Math.exp) : edges, counts, least, greatest }
}
