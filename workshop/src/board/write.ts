import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { workshopBoardFile } from './board.ts'

writeFileSync(path.join(import.meta.dirname, '../../board/workshop.json'), workshopBoardFile())
