/** The URL is the state: #/simulate?qps=900. Settings that are the page's defaults are left out. */
import type { Settings } from '../lib/setups'

export interface Place {
  view: string
  given: Settings
}

export function parsePlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  return { view: path, given: Object.fromEntries(new URLSearchParams(query)) }
}

/** Keys that the page does not have are dropped. */
export function withDefaults(given: Settings, defaults: Settings): Settings {
  return Object.fromEntries(Object.entries(defaults).map(([key, usual]) => [key, given[key] ?? usual]))
}

export function placeHash(view: string, settings: Settings, defaults: Settings): string {
  const changed = Object.entries(settings).filter(([key, value]) => key in defaults && value !== defaults[key])
  const query = new URLSearchParams(changed).toString()
  return `#/${view}${query ? `?${query}` : ''}`
}
