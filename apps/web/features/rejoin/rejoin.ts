'use client'

import type { Feature } from '../../feature.ts'
import { listening } from './listening.ts'
import { useRejoin } from './use-rejoin.ts'

export const rejoin: Feature = { fetch: listening, useRejoin }
