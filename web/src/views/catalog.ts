/** What there is to choose from, and the devices that were asked for. */
import names from '@engine/names.json'
import { ask } from '../engine'
import type { CatalogList, HardwareEntry } from '../engine/documents'

export const catalog: CatalogList = names
const entries = new Map<string, HardwareEntry>()

export async function hardwareEntry(id: string): Promise<HardwareEntry | undefined> {
  const known = entries.get(id)
  if (known) return known
  const entry = await ask<HardwareEntry>(`hardware ${id}`, ['catalog', 'show', id, '--json'])
  if (entry) entries.set(id, entry.body)
  return entry?.body
}
