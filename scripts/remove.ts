// `npm run remove -- NAME`: takes a feature out of this tree; `git status` then says what is gone, and git brings it back.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Feature, features } from './features.ts'

/**
 * Takes a feature out, with those that cannot do without it.
 * @param root of the tree
 * @param gone paths that went with another one: two features can share a test
 * @returns what was removed, feature by feature
 * @throws Error when something that features.ts names is not as it says
 */
export function remove(root: string, name: string, gone = new Set<string>()): Feature[] {
  const feature = features.find((one) => one.name === name)
  if (!feature?.edits) {
    const known = features.flatMap(({ name, edits }) => (edits ? [name] : []))
    throw new Error(`There is no feature "${name}" that can be removed. Choose one of: ${known.join(', ')}.`)
  }
  for (const { file, lines } of feature.edits) {
    const text = readFileSync(path.join(root, file), 'utf8')
    const [before, after, ...more] = `\n${text}`.split(`\n${lines}\n`)
    if (before === undefined || after === undefined || more.length > 0)
      throw new Error(`${file} does not have exactly once: ${lines}`)
    writeFileSync(path.join(root, file), `${before}\n${after}`.slice(1))
  }
  for (const own of feature.paths.filter((one) => !gone.has(one))) {
    rmSync(path.join(root, own), { recursive: true }) // throws when it is not there
    gone.add(own)
  }
  return [feature, ...(feature.takesAlong ?? []).flatMap((other) => remove(root, other, gone))]
}

if (import.meta.main) {
  try {
    for (const { name, paths } of remove(path.join(import.meta.dirname, '..'), process.argv[2] ?? ''))
      console.log(`${name}: ${paths.join(', ')}`)
    console.log('Gone. The database keeps its tables; `npm run format` tidies what is left.')
  } catch (error) {
    console.error((error as Error).message)
    process.exitCode = 1
  }
}
