/** The store of this machine, where `ridgeline lab` serves the page; a static site has none. */
import type { Ledger } from './ledger'

let known: Promise<boolean> | undefined
export function canSave(): Promise<boolean> {
  known ??= fetch('/api/hello', { headers: { accept: 'application/json' } })
    .then(async (r) => r.ok && typeof ((await r.json()) as { ridgeline?: unknown }).ridgeline === 'string')
    .catch(() => false)
  return known
}

/** What the server says of it, such as " as ledger 3f2a"; throws an Error that says why not. */
export async function saveLedger(ledger: Ledger): Promise<string> {
  const response = await fetch('/api/ledgers', {
    method: 'POST', headers: { 'content-type': 'application/json', 'x-ridgeline': '1' }, body: JSON.stringify(ledger),
  }).catch((error: unknown) => {
    throw new Error(`The ledger was not saved: ${(error as Error).message}. Export it instead.`)
  })
  const body = (await response.json().catch(() => ({}))) as { id?: string; outcome?: string; error?: string }
  if (!response.ok) throw new Error(`The ledger was not saved: ${body.error ?? `HTTP ${response.status}`}. Export it instead.`)
  return `${body.id ? ` as ${body.id.slice(0, 8)}` : ''}${body.outcome === 'present' ? ', where it was already' : ''}`
}
