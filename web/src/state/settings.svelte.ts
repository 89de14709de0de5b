/** A page's settings, kept in the URL: what is typed goes there, and back and forward come from there. */
import { parsePlace, placeHash, withDefaults } from './url'
import type { Settings } from '../lib/setups'

/** Where each page was left, so that its link leads there again. */
export const lastPlaces = $state<Record<string, string>>({})

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
      if (hash !== location.hash) history.replaceState(null, '', hash)
    })
  }

  reset(): void {
    this.values = { ...this.defaults }
  }
}
