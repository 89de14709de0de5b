/** Where a study's designs lie in a picture. */

export interface Place {
  x: number
  y: number
}

/**
 * The edge of what a front beats, as a path through its corners: from each point first along the axis in which the next
 * one is worse. `upwards`: more of x is better.
 */
export function staircase(front: Place[], upwards: boolean): Place[] {
  const points = [...front].sort((a, b) => a.x - b.x)
  return points.flatMap((p, i) => {
    const next = points[i + 1]
    if (!next) return [p]
    return [p, upwards ? { x: p.x, y: next.y } : { x: next.x, y: p.y }]
  })
}

/** A little room at both ends; a logarithmic axis has it in factors. */
export function padded(values: number[], log: boolean): [number, number] {
  const [least, greatest] = [Math.min(...values), Math.max(...values)]
  if (values.length === 0) return [log ? 0.1 : 0, 1]
  if (log) {
    const room = Math.max((greatest / least) ** 0.06, 1.05)
    return [least / room, greatest * room]
  }
  const room = (greatest - least || Math.abs(greatest) || 1) * 0.06
  return [least >= 0 ? Math.max(0, least - room) : least - room, greatest + room]
}

/** Which of the names along an axis are written: as many as do not touch, the first and the last above all. */
export function written(names: string[], at: (i: number) => number, gap = 10): Set<number> {
  const half = (i: number) => (names[i]!.length * 6.4 + gap) / 2
  const clear = (i: number, j: number) => Math.abs(at(i) - at(j)) >= half(i) + half(j)
  const kept: number[] = []
  for (const i of [0, names.length - 1, ...names.keys()]) {
    if (names[i] !== undefined && !kept.includes(i) && kept.every((j) => clear(i, j))) kept.push(i)
  }
  return new Set(kept)
}
