import { firstStudy } from '../lib/studyFile'

/** The study's file that is being written, the one explored last, and what the engine answered. They last as long as the page. */
export const made = $state<{
  draft: string
  explored: string | undefined
  answer: { file: string; text: string; milliseconds: number } | undefined
}>({ draft: firstStudy, explored: undefined, answer: undefined })
