'use client'

import { lazy } from 'react'
import type { Feature } from '../../feature.ts'
import { when } from '../../ui/when.tsx'
import { useHasAccount } from '../login/use-has-account.ts'

export const admin: Feature = {
  SidebarFoot: when(
    useHasAccount,
    lazy(() => import('./admin-link.tsx')),
  ),
}
