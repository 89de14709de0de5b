/** Where one is in the labs: #/lab, #/lab/ID, #/lab/ID/TRACK, #/lab/ID/TRACK/PART?control=value; a part's place may be its ledger. */
import { parsePlace, placeHash } from '../state/url'
import type { Settings } from '../lib/setups'

export interface LabPlace {
  lab: string
  track: string
  part: string
  given: Settings
}

export function parseLabPlace(hash: string): LabPlace {
  const { view, given } = parsePlace(hash)
  const [, lab = '', track = '', part = ''] = view.split('/').map((s) => {
    try {
      return decodeURIComponent(s)
    } catch {
      return s
    }
  })
  return { lab, track, part, given }
}

export const labHash = (...steps: string[]): string => `#/${['lab', ...steps.filter(Boolean).map(encodeURIComponent)].join('/')}`

/** Settings that are the controls' first values are left out. */
export const partHash = (lab: string, track: string, part: string, values: Settings, defaults: Settings): string =>
  placeHash(labHash(lab, track, part).slice(2), values, defaults)
