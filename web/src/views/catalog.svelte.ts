/** What there is to choose from; asked for once. */
import { ask } from '../engine'
import type { CatalogList, HardwareEntry } from '../engine/documents'

export const catalog = $state<CatalogList>({ hardware: [], models: [] })
const entries = new Map<string, HardwareEntry>()

export async function loadCatalog(): Promise<void> {
  if (catalog.models.length > 0) return
  const list = await ask<CatalogList>('catalog', ['catalog', 'list', '--json'])
  if (list) Object.assign(catalog, { hardware: list.body.hardware, models: list.body.models })
}

export async function hardwareEntry(id: string): Promise<HardwareEntry | undefined> {
  const known = entries.get(id)
  if (known) return known
  const entry = await ask<HardwareEntry>(`hardware ${id}`, ['catalog', 'show', id, '--json'])
  if (entry) entries.set(id, entry.body)
  return entry?.body
}
