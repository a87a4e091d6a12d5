import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ruleFiles } from './alerts/rule-files.ts'
import { generatedFiles } from './boards.ts'

const root = path.join(import.meta.dirname, '../../..')
for (const [file, content] of [...generatedFiles(), ...ruleFiles()]) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  writeFileSync(path.join(root, file), content)
}
