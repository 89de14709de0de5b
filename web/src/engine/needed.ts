type Catalog = Readonly<Record<string, string>>

/** The model and the device of a mission, and those that its fix puts in their places. */
function namesOfMission(text: string): string[] {
  const stated = text.matchAll(/^(?:hardware|model): *"?([^\s"#]+)/gm)
  const fixed = text.matchAll(/\bset: *(?:hardware|model)[\s,]+to: *"?([^\s",}]+)/g)
  return [...stated, ...fixed].map((match) => match[1]!)
}

/** Values of flags, where they are given as the next word. */
function valuesOf(words: readonly string[], flags: readonly string[]): string[] {
  return words.flatMap((word, i) => (flags.includes(word) && i + 1 < words.length ? [words[i + 1]!] : []))
}

function namesOfChanges(words: readonly string[], flag: string): string[] {
  return valuesOf(words, [flag]).flatMap((change) => /^(?:model|hardware)=(.*)$/.exec(change)?.[1] ?? [])
}

/** Entries that a text names in whatever words, by id or alias. */
function namesIn(text: string, catalog: Catalog): string[] {
  const words = new Set((text.match(/[\w./-]+/g) ?? []).map((word) => word.replace(/\.+$/, '')))
  return Object.entries(catalog).flatMap(([file, entry]) => {
    const id = /^(?:models|hardware)\/(.*)\.yaml$/.exec(file)?.[1]
    if (id === undefined) return []
    const aliases = /^aliases: *\[([^\]]*)\]/m.exec(entry)?.[1]?.split(/[\s,"]+/) ?? []
    return [id, ...aliases].some((name) => words.has(name)) ? [id] : []
  })
}

/** Of documents that `predict --json` printed: what they are about. */
function namesOfPredictions(given: Catalog): string[] {
  return Object.values(given).flatMap((text) => {
    if (!/"ridgeline\.(profile|serving)\/1"/.test(text.slice(0, 128))) return []
    return [...text.matchAll(/^ *"(?:model|hardware)": "([^"]*)"/gm)].map((found) => found[1]!)
  })
}

/**
 * Which files of models and devices a command line needs: to read them all takes a second. Undefined: all of them, for commands that list or search, and for names that are no file's. `given`: files that
 * come with the command.
 */
export function neededEntries(words: readonly string[], catalog: Catalog, given: Catalog = {}): string[] | undefined {
  const [command, ...rest] = words
  const mission = (id: string | undefined) => catalog[`missions/${id}.yaml`]
  const names: (string | undefined)[] = []
  const story = command === 'simulate' ? mission(rest[0]) : undefined
  if (story !== undefined) names.push(...namesOfMission(story), ...namesOfChanges(rest, '--set'))
  else if (command === 'predict' || command === 'simulate') names.push(rest[0], rest[1])
  else if (command === 'catalog' && rest[0] === 'show') names.push(rest[1])
  else if (command === 'explain')
    names.push(...namesOfPredictions(given), ...valuesOf(rest, ['--model', '--baseline', '--proposal']), ...namesOfChanges(rest, '--change'))
  else if (command === 'audit') {
    const text = mission(valuesOf(rest, ['--mission'])[0])
    if (text === undefined) return undefined
    names.push(...valuesOf(rest, ['--a', '--b']), ...namesOfMission(text), ...namesOfChanges(rest, '--set'))
    // The front is of every device.
    const skips = valuesOf(rest, ['--skip']).flatMap((list) => list.split(','))
    if (!skips.includes('front')) names.push(...Object.keys(catalog).flatMap((file) => /^hardware\/(.*)\.yaml$/.exec(file)?.[1] ?? []))
  } else if (command === 'lab' && rest[0] === 'key') {
    const lab = catalog[`labs/${rest[1]}/lab.yaml`]
    const text = mission(valuesOf(rest, ['--track'])[0])
    if (lab === undefined || text === undefined) return undefined
    names.push(...namesOfMission(text), ...namesIn(lab, catalog))
  } else if (command === 'explore') {
    const study = given[rest[0]!]
    if (study === undefined || /\b(tier|vendor)\b/.test(study)) return undefined // devices of a kind: whichever there are
    names.push(...namesIn(study, catalog))
  } else if (command !== 'tail' && command !== 'lab') return undefined
  const files = names.map((name) => [`models/${name}.yaml`, `hardware/${name}.yaml`].filter((file) => file in catalog))
  return files.some((found) => found.length === 0) ? undefined : [...new Set(files.flat())]
}
