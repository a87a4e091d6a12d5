'use client'

import type { Feature } from '../../feature.ts'
import { AccountMenu } from './account-menu.tsx'
import { SignInAgain } from './sign-in-again.tsx'
import { SignInPage } from './sign-in-page.tsx'

export const login: Feature = { Door: SignInPage, SidebarFoot: AccountMenu, FailureDetail: SignInAgain }
