'use client'

import { lazy, Suspense } from 'react'
import type { Feature } from '../../feature.ts'
import { useHasAccount } from '../login/use-has-account.ts'

export const admin: Feature = { SidebarFoot: Foot }

const AdminLink = lazy(() => import('./admin-link.tsx'))

function Foot() {
  return (
    useHasAccount() && (
      <Suspense>
        <AdminLink />
      </Suspense>
    )
  )
}
