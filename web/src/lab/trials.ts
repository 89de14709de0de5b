/** Goals and counted iterations: what was tried, what came of it, and whether the task is done. */
import { plain } from '../lib/format'
import type { Settings } from '../lib/setups'
import { numberAt } from './commands'
import type { Goal } from './documents'

export interface Trial {
  values: Settings
  /** Of each goal's figure, SI; null where the document has none. */
  figures: (number | null)[]
  words: string[]
  /** By Undo: a return to what was, not counted. */
  undo?: boolean
}

/** Whether the condition holds; undefined where the figure is not known. */
export function holds(goal: Goal, value: number | null | undefined): boolean | undefined {
  if (value === null || value === undefined) return undefined
  return goal.kind === 'at_most' ? value <= goal.limit : value >= goal.limit
}

export const figuresOf = (goals: Goal[], document: unknown): (number | null)[] => goals.map((g) => numberAt(document, g.at))

/** "12.3 ms", in the goal's unit. */
export const inUnit = (goal: Pick<Goal, 'unit' | 'unit_per_si'>, si: number | null | undefined): string =>
  si === null || si === undefined ? '–' : `${plain(si * goal.unit_per_si)} ${goal.unit}`.trim()

export const counted = (trials: Trial[]): Trial[] => trials.filter((t) => !t.undo)

export interface GoalState {
  /** Counted iterations that were made, and the one that reached the goal (from 1). */
  made: number
  reached: number | undefined
  /** Of a limit that was to be broken: it holds again. */
  undone: boolean
  /** Within the iterations that are counted. */
  inTime: boolean
  done: boolean
}

/**
 * From the trials in order of time. To violate a limit is done once it was broken and holds again after; else once it
 * holds. `now` is the figure of the picture that stands, which may undo without being a trial.
 */
export function goalState(goal: Goal, index: number, trials: Trial[], now?: number | null): GoalState {
  let made = 0
  let reached: number | undefined
  let undone = false
  for (const trial of trials) {
    if (!trial.undo) ++made
    const held = holds(goal, trial.figures[index])
    if (held === undefined) continue
    if (reached === undefined) {
      if (held !== goal.violate && !trial.undo) reached = made
    } else if (goal.violate && held) {
      undone = true
    }
  }
  if (reached !== undefined && goal.violate && holds(goal, now)) undone = true
  return { made, reached, undone, inTime: reached !== undefined && (goal.iterations === 0 || reached <= goal.iterations), done: reached !== undefined && (!goal.violate || undone) }
}

/** "P99 39.7 ms is beyond ...": value, limit, by how much, and what to try first. */
export function failure(goal: Goal, value: number): string {
  const over = goal.kind === 'at_most' ? 'beyond' : 'short of'
  const by = inUnit(goal, Math.abs(value - goal.limit))
  return `${inUnit(goal, value)} is ${over} the limit of ${inUnit(goal, goal.limit)} by ${by}.`
}
