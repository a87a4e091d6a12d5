import type { ReactNode } from 'react'
import { useWords } from '../../words/use-words.tsx'
import { signInAddress } from './sign-in-address.ts'

/** What a question is answered after the session has ended. What was typed is kept by the composer. */
export function SignInAgain({ type, children }: { type: string; children: ReactNode }) {
  const text = useWords('login')
  if (type !== 'login-required') return children
  return (
    <>
      {text.ended}{' '}
      <a
        className="underline underline-offset-2"
        href="/api/login"
        // Where the page is by now.
        onClick={({ currentTarget }) => {
          currentTarget.href = signInAddress(location.pathname)
        }}
      >
        {text.signIn}
      </a>
    </>
  )
}
