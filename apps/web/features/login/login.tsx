'use client'

import { lazy } from 'react'
import type { Feature } from '../../feature.ts'
import { when } from '../../ui/when.tsx'
import { SignInAgain } from './sign-in-again.tsx'
import { SignInPage } from './sign-in-page.tsx'
import { useHasAccount } from './use-has-account.ts'

export const login: Feature = {
  Door: SignInPage,
  SidebarFoot: when(
    useHasAccount,
    lazy(() => import('./account-menu.tsx')),
  ),
  FailureDetail: SignInAgain,
}
