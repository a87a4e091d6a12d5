import { slowFirstToken } from '../01-slow-first-token/exercise.ts'
import { slowStatement } from '../02-slow-statement/exercise.ts'
import { retryStorm } from '../03-retry-storm/exercise.ts'
import { cutByAProxy } from '../04-cut-by-a-proxy/exercise.ts'
import { unknownPrice } from '../05-unknown-price/exercise.ts'
import { lostCache } from '../06-lost-cache/exercise.ts'
import { longerAnswers } from '../07-longer-answers/exercise.ts'
import { silentAlert } from '../08-silent-alert/exercise.ts'
import { lostLines } from '../09-lost-lines/exercise.ts'
import { sampledAway } from '../10-sampled-away/exercise.ts'
import type { Exercise } from './exercise.ts'

/** In the order of the story. */
export const exercises: readonly Exercise[] = [
  slowFirstToken,
  slowStatement,
  retryStorm,
  cutByAProxy,
  unknownPrice,
  lostCache,
  longerAnswers,
  silentAlert,
  lostLines,
  sampledAway,
]
