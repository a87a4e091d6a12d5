import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { test } from 'vitest'
import { findProgram } from './find-program.ts'

const root = path.join(import.meta.dirname, '../..')

/** A test that runs where its program is, and says by name where it is not. */
function check(program: string, name: string, args: string[], usable: (file: string) => boolean = () => true): void {
  const found = findProgram(program)
  const file = found && usable(found) ? found : undefined
  test.skipIf(!file)(file ? name : `${name} (skipped: no ${program} here)`, () => {
    if (file) execFileSync(file, args, { cwd: root, encoding: 'utf8', stdio: 'pipe' })
  })
}

// Each file by itself: a file that imports others is found valid whatever they hold.
for (const file of ['alloy', 'alloy/modules', 'alloy/switches'].flatMap((folder) => filesIn(folder, '.alloy'))) {
  const validate = ['validate', '--stability.level=public-preview', file]
  check('alloy', `${file} is formatted`, ['fmt', '--test', file])
  check('alloy', `${file} is valid`, validate, (alloy) => hasComponents(alloy, validate))
}
check('loki', 'Loki accepts its configuration', ['-config.file=loki/loki.yaml', '-verify-config'])
check('tempo', 'Tempo accepts its configuration', ['-config.file=tempo/tempo.yaml', '-config.verify=true'])
// It lists its modules once it has read and validated the rest.
check('mimir', 'Mimir accepts its configuration', ['-config.file=mimir/mimir.yaml', '-modules'])
check('mimirtool', 'Mimir accepts its rules', ['rules', 'check', ...filesIn('mimir/rules/anonymous', '.yaml')])
check('mimirtool', 'Mimir accepts its Alertmanager file', ['alertmanager', 'verify', 'mimir/alertmanager.yaml'])
check(
  'docker',
  'docker-compose.yml is valid, every profile',
  ['compose', '--profile', '*', 'config', '--quiet'],
  hasCompose,
)

/** Somebody may have an Alloy that was built with what compose needs, and no more. */
function hasComponents(alloy: string, validate: string[]): boolean {
  const { stderr } = spawnSync(alloy, validate, { cwd: root, encoding: 'utf8' })
  return !stderr.includes('cannot find the definition of component')
}

/** The client alone does not know compose: that is a plugin. */
function hasCompose(docker: string): boolean {
  return spawnSync(docker, ['compose', 'version'], { stdio: 'ignore' }).status === 0
}

function filesIn(folder: string, extension: string): string[] {
  const names = readdirSync(path.join(root, folder)).filter((name) => name.endsWith(extension))
  return names.map((name) => `${folder}/${name}`)
}
