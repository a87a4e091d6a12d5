'use client'

import { lazy } from 'react'
import type { Feature } from '../../feature.ts'

export const thoughts: Feature = { Part: lazy(() => import('./thought.tsx')) }
