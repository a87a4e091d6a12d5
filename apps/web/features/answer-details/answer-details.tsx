'use client'

import { lazy } from 'react'
import type { Feature } from '../../feature.ts'

export const answerDetails: Feature = { AnswerDetails: lazy(() => import('./details.tsx')) }
