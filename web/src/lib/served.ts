/** What `ridgeline lab` answers beside the pages: runs and ledgers kept on this machine. A static site has none of it. */

/** A line of ridgeline.runs/1. */
export interface RunLine {
  id: string
  saved: string
  origin: string
  scenario: string
  workload: string
  system: string
  queries: number
}

async function ask(path: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(path, { ...init, headers: { accept: 'application/json', ...init.headers } })
  const text = await response.text()
  if (response.ok) return text
  let said: { error?: string } = {}
  try {
    said = JSON.parse(text) as typeof said
  } catch {
    // Of a server that is not ours.
  }
  throw new Error(said.error ?? `HTTP ${response.status}`)
}

/** Whether `ridgeline lab` serves this page. */
export async function isServed(): Promise<boolean> {
  try {
    return typeof (JSON.parse(await ask('/api/hello')) as { ridgeline?: unknown }).ridgeline === 'string'
  } catch {
    return false
  }
}

/** The newest first; none where no store has been made. */
export async function keptRuns(): Promise<RunLine[]> {
  return (JSON.parse(await ask('/api/runs')) as { runs: RunLine[] }).runs.toReversed()
}

/** The document of one, as `ridgeline runs export` prints it. */
export const keptRun = (id: string): Promise<string> => ask(`/api/runs/${encodeURIComponent(id)}`)

/** A line for people to choose by. */
export const runTitle = (run: RunLine): string =>
  `${run.workload} on ${run.system}, ${run.scenario}, ${run.origin}, ${run.queries.toLocaleString('en-US')} queries, ${run.saved.slice(0, 16).replace('T', ' ')}, ${run.id.slice(0, 6)}`

/** Keeps a ledger; what the server says of it, such as " as 3f2a9c01". */
export async function keepLedger(ledger: object): Promise<string> {
  const said = await ask('/api/ledgers', {
    method: 'POST', headers: { 'content-type': 'application/json', 'x-ridgeline': '1' }, body: JSON.stringify(ledger),
  })
  const { id, outcome } = JSON.parse(said) as { id?: string; outcome?: string }
  return `${id ? ` as ${id.slice(0, 8)}` : ''}${outcome === 'present' ? ', where it was already' : ''}`
}
