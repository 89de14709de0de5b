/**
 * Which files of models and devices a command line needs: to read them all takes a second, and every command copies what
 * was read. Undefined: all of them, for commands that list or search, and for names that are no file's.
 */
export function neededEntries(words: readonly string[], has: (file: string) => boolean): string[] | undefined {
  const [command, ...rest] = words
  const names: (string | undefined)[] = []
  if (command === 'predict' || command === 'simulate') names.push(rest[0], rest[1])
  else if (command === 'catalog' && rest[0] === 'show') names.push(rest[1])
  else if (command === 'explain') {
    rest.forEach((word, i) => {
      if (['--model', '--baseline', '--proposal'].includes(word)) names.push(rest[i + 1])
      const changed = word === '--change' ? /^(?:model|hardware)=(.*)$/.exec(rest[i + 1] ?? '') : null
      if (changed) names.push(changed[1])
    })
  } else if (command !== 'tail') return undefined
  const files = names.map((name) => [`models/${name}.yaml`, `hardware/${name}.yaml`].filter(has))
  return files.some((found) => found.length === 0) ? undefined : files.flat()
}
