import { existsSync } from 'node:fs'
import path from 'node:path'

/** Its file, in `STACK_BIN`, a folder of programs, or on the path. */
export function findProgram(program: string): string | undefined {
  const folders = [process.env.STACK_BIN ?? '', ...(process.env.PATH ?? '').split(path.delimiter)].filter(Boolean)
  return folders.map((folder) => path.join(folder, program)).find(existsSync)
}
