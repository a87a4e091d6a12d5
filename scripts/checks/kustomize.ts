import { execFileSync, spawnSync } from 'node:child_process'
import path from 'node:path'

/** The program that renders an overlay, and its verb; none where neither is installed. */
export const kustomize = (
  [
    ['kubectl', 'kustomize'],
    ['kustomize', 'build'],
  ] as const
).find(([program, verb]) => spawnSync(program, [verb, '--help'], { stdio: 'ignore' }).status === 0)

/** The manifests of a folder of deploy/kubernetes, as YAML. @throws what the program says of them */
export function rendered(overlay: string): string {
  const [program = '', verb = ''] = kustomize ?? []
  const folder = path.join(import.meta.dirname, '../../deploy/kubernetes', overlay)
  return execFileSync(program, [verb, folder], { encoding: 'utf8', maxBuffer: 2 ** 26 })
}
