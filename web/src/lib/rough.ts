/**
 * How many queries a first, rough answer plays: as many as fit a quarter of a frame. Their rate is that of the whole run over
 * the rough one, since every run takes some time that no query adds to.
 */

export const first = 400
export const fewest = 200
export const most = 4000
const budget = 1000 / 60 / 4

/** After a whole run that took so many queries, and milliseconds of the engine, more than its rough answer. */
export const roughQueries = (queries: number, milliseconds: number): number =>
  Math.round(Math.min(most, Math.max(fewest, (budget * queries) / Math.max(milliseconds, 0.001))))
