/** Marks that differ in shape, so that colour alone tells nothing. */

const polygon = (corners: number, turn: number, r: number, x: number, y: number): string =>
  Array.from({ length: corners }, (_, i) => {
    const angle = turn + (i * 2 * Math.PI) / corners
    return `${i ? 'L' : 'M'}${(x + r * Math.cos(angle)).toFixed(1)} ${(y + r * Math.sin(angle)).toFixed(1)}`
  }).join('') + 'Z'

const up = -Math.PI / 2
const shapes: ((x: number, y: number, r: number) => string)[] = [
  (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`,
  (x, y, r) => polygon(4, Math.PI / 4, r * 1.2, x, y),
  (x, y, r) => polygon(3, up, r * 1.3, x, y),
  (x, y, r) => polygon(4, up, r * 1.3, x, y),
  (x, y, r) => polygon(5, up, r * 1.15, x, y),
  (x, y, r) => polygon(3, -up, r * 1.3, x, y),
]
export const shape = (kind: number, x: number, y: number, r: number): string => shapes[kind % shapes.length]!(x, y, r)

/** The same shape and colour for a scenario wherever it is drawn. */
const order = ['single-stream', 'multi-stream', 'server', 'offline', 'constant-stream', 'closed-loop']
export const kindOf = (scenario: string, among: string[]): number => {
  const known = order.indexOf(scenario)
  return known >= 0 ? known : (order.length + among.filter((s) => !order.includes(s)).indexOf(scenario)) % 7
}

/** Names beside their marks, moved apart downwards where they would lie on top of each other; within the picture. */
export function apart(labels: { text: string; x: number; y: number }[], width: number, bottom: number, perLetter = 6.6): { text: string; x: number; y: number; anchor: 'start' | 'end' }[] {
  const placed: { text: string; x: number; y: number; anchor: 'start' | 'end'; left: number; right: number }[] = []
  for (const l of labels.toSorted((a, b) => a.y - b.y)) {
    const long = l.text.length * perLetter
    const anchor = l.x + 12 + long > width ? 'end' : 'start'
    const x = anchor === 'start' ? l.x + 12 : Math.max(long + 4, l.x - 12)
    const [left, right] = anchor === 'start' ? [x, x + long] : [x - long, x]
    let y = l.y + 4
    const taken = (at: number) => placed.some((p) => Math.abs(p.y - at) < 14 && p.left < right && left < p.right)
    while (taken(y) && y < bottom - 4) y += 3
    while (taken(y) && y > 20) y -= 3
    placed.push({ text: l.text, x, y, anchor, left, right })
  }
  return placed.map(({ text, x, y, anchor }) => ({ text, x, y, anchor }))
}
