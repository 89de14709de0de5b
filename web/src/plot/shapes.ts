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

/** An interval as a horizontal line with ends. */
export const whisker = (low: number, high: number, y: number, half: number): string =>
  [`M${low} ${y}H${high}`, ...[low, high].map((x) => `M${x} ${y - half}V${y + half}`)].join('')

/** The same shape and colour for a scenario wherever it is drawn. */
const order = ['single-stream', 'multi-stream', 'server', 'offline', 'constant-stream', 'closed-loop']
export const kindOf = (scenario: string, among: string[]): number => {
  const known = order.indexOf(scenario)
  return known >= 0 ? known : (order.length + among.filter((s) => !order.includes(s)).indexOf(scenario)) % 7
}

interface Label { text: string; x: number; y: number; anchor: 'start' | 'end' | 'middle' }

/** Names beside their marks: right, left, below or above, wherever they lie on no other name and no mark; within the picture. */
export function apart(labels: { text: string; x: number; y: number }[], width: number, bottom: number, marks: { x: number; y: number }[] = labels, least = 4, perLetter = 6.6): Label[] {
  type Box = { left: number; right: number; top: number; bottom: number }
  const placed: (Label & Box)[] = []
  const meets = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
  const ofMark = (m: { x: number; y: number }): Box => ({ left: m.x - 7, right: m.x + 7, top: m.y - 7, bottom: m.y + 7 })
  for (const l of labels.toSorted((a, b) => a.y - b.y)) {
    const long = l.text.length * perLetter
    const at = (dx: number, dy: number, anchor: Label['anchor']): Label & Box => {
      const left = anchor === 'start' ? l.x + dx : anchor === 'end' ? l.x + dx - long : l.x - long / 2
      const y = l.y + dy
      return { text: l.text, x: l.x + dx, y, anchor, left, right: left + long, top: y - 11, bottom: y + 3 }
    }
    const places = [0, 14, -14, 28, -28].flatMap((d) => [at(12, 4 + d, 'start'), at(-12, 4 + d, 'end')]).concat(at(0, 24, 'middle'), at(0, -16, 'middle'))
    const bad = (b: Label & Box) =>
      (b.left < least || b.right > width ? 8 : 0) + (b.top < 2 || b.bottom > bottom ? 4 : 0) +
      2 * placed.filter((p) => meets(p, b)).length + marks.filter((m) => meets(ofMark(m), b)).length
    placed.push(places.toSorted((a, b) => bad(a) - bad(b))[0]!)
  }
  return placed.map(({ text, x, y, anchor }) => ({ text, x, y, anchor }))
}
