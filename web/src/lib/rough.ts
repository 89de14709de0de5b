/** How many queries a first, rough answer plays: as many as fit half a frame here, by what the last one took. */

/** A frame at 60 Hz, in ms. */
export const frame = 1000 / 60
export const fewest = 200
export const most = 4000

/** After a rough answer of `queries` that took `milliseconds` of the engine. */
export function nextRough(queries: number, milliseconds: number): number {
  const next = milliseconds < frame / 2 ? queries * 2 : milliseconds > frame ? queries / 2 : queries
  return Math.round(Math.min(most, Math.max(fewest, next)))
}
