/** A study's file that is written in the page: what it begins as, and where a refusal points. */

/** As the engine, the list of studies and a terminal name it. */
export const studyFile = 'study.yaml'
export const exploreWords = ['explore', studyFile, '--json']

export const firstStudy = `# Llama 3.1 8B: cheap for all, or fast for each?
model: llama-3.1-8b
workload: {isl: 1024, osl: 256}
space:
  hardware: [rtx-4090, rtx-5090, h100, mi300x]
  precision: [fp8, bf16]
  tp: [1, 2, 4]
  concurrency: {from: 1, to: 256, factor: 2}
objectives:
  - minimise: cost_per_mtok
  - maximise: tokens_per_user
constraints:
  - ttft < 500ms
  - tpot < 50ms
  - devices <= 2
`

/** Characters of a text in an address. Browsers take more; what passes addresses on often does not. */
export const mostInAddress = 6000
export const inAddress = (text: string): number => new URLSearchParams({ yaml: text }).toString().length
/** What the address keeps of it: nothing where it is too long. */
export const addressed = (text: string): string => (inAddress(text) <= mostInAddress ? text : '')

/** The line that a refusal names: "study.yaml:4: ...". */
export function lineOf(refusal: string): number | undefined {
  const line = /\bstudy\.yaml:(\d+)/.exec(refusal)?.[1]
  return line === undefined ? undefined : Number(line)
}

/** Where a line begins and ends, counted from 1; the end of the text where there are fewer. */
export function lineEnds(text: string, line: number): [from: number, to: number] {
  const lines = text.split('\n')
  const from = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0)
  return from > text.length ? [text.length, text.length] : [from, from + (lines[line - 1] ?? '').length]
}
