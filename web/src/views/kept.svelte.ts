/** Two runs to compare: dropped files, or what Simulate kept. They last as long as the page. */
export interface Kept {
  name: string
  text: string
}
export const kept = $state<{ a: Kept | undefined; b: Kept | undefined }>({ a: undefined, b: undefined })
