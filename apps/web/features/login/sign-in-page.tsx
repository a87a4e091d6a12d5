import { usePathname, useSearchParams } from 'next/navigation'
import type { ReactNode } from 'react'
import { useSettings } from '../../conversations/app-state.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useWords } from '../../words/use-words.tsx'
import { signInAddress } from './sign-in-address.ts'

interface Props {
  /** Whether the API lets this browser in. */
  open: boolean
  children: ReactNode
}

/** In the place of every page, for who is not signed in; it leads back to where they wanted to go. */
export function SignInPage({ open, children }: Props) {
  return open ? children : <Closed />
}

function Closed() {
  const text = useWords('login')
  const byProxy = useSettings<boolean | undefined>('loginProxy')
  const pathname = usePathname()
  const why = useSearchParams().get('login') ?? ''
  const failure = Object.hasOwn(text.failed, why) && text.failed[why as keyof typeof text.failed]
  return (
    <main className="flex h-dvh flex-col">
      {failure && (
        <p className="reading-column pt-8 text-danger" role="alert">
          {failure}
        </p>
      )}
      <Notice detail={byProxy ? text.byProxy : text.intro} title={text.title}>
        {/* Plain links: both leave the page. */}
        <a href={byProxy ? pathname : signInAddress(pathname)}>{byProxy ? text.reload : text.signIn}</a>
      </Notice>
    </main>
  )
}
