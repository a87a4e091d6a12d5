'use client'

import { lazy } from 'react'
import type { Feature } from '../../feature.ts'

export const toolCalls: Feature = { Part: lazy(() => import('./tool-part.tsx')) }
