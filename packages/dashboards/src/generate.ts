import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ruleFiles } from './alerts/rule-files.ts'
import { generatedFiles } from './boards.ts'
import { panelsDocument } from './panels-document.ts'

const root = path.join(import.meta.dirname, '../../..')

write(generatedFiles())
write(ruleFiles()) // which link to panels of these boards
write(panelsDocument())

function write(files: Map<string, string>): void {
  for (const [file, content] of files) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    writeFileSync(path.join(root, file), content)
  }
}
