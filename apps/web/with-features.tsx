'use client'

import type { ReactNode } from 'react'
import type { Feature } from './feature.ts'
import * as features from './features.ts'
import { FeaturesContext } from './slot.tsx'

const all: Feature[] = Object.values(features)

/** Gives each `Slot` below what stands in it. */
export function WithFeatures({ children }: { children: ReactNode }) {
  return <FeaturesContext value={all}>{children}</FeaturesContext>
}
