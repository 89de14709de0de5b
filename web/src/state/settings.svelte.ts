/** A page's settings, kept in the URL: what is typed goes there, and back and forward come from there. */
import { parsePlace, placeHash, withDefaults } from './url'
import type { Settings } from '../lib/setups'

/** Where each page was left, so that its link leads there again. */
export const lastPlaces = $state<Record<string, string>>({})

/** The address, once a slider rests: to replace it takes a tenth of a frame, and browsers refuse it beyond so many times. */
export function replaceAtRest(hash: string): (() => void) | undefined {
  if (hash === location.hash) return undefined
  const resting = setTimeout(() => history.replaceState(null, '', hash), 150)
  return () => clearTimeout(resting)
}

export class PageSettings {
  values = $state<Settings>({})

  constructor(
    private readonly view: string,
    private readonly defaults: Settings,
  ) {
    this.values = withDefaults(parsePlace(location.hash).given, defaults)
    $effect(() => {
      const read = () => {
        const place = parsePlace(location.hash)
        if (place.view === view) this.values = withDefaults(place.given, defaults)
      }
      addEventListener('hashchange', read)
      return () => removeEventListener('hashchange', read)
    })
    $effect(() => {
      const hash = placeHash(this.view, this.values, this.defaults)
      lastPlaces[this.view] = hash
      return replaceAtRest(hash)
    })
  }

  reset(): void {
    this.values = { ...this.defaults }
  }
}
