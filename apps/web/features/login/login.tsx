'use client'

import { lazy, Suspense } from 'react'
import type { Feature } from '../../feature.ts'
import { SignInAgain } from './sign-in-again.tsx'
import { SignInPage } from './sign-in-page.tsx'
import { useHasAccount } from './use-has-account.ts'

export const login: Feature = { Door: SignInPage, SidebarFoot: Foot, FailureDetail: SignInAgain }

const AccountMenu = lazy(() => import('./account-menu.tsx'))

function Foot() {
  return (
    useHasAccount() && (
      <Suspense>
        <AccountMenu />
      </Suspense>
    )
  )
}
