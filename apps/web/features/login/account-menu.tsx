import { LogOut, UserRound } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useAppState } from '../../conversations/app-state.tsx'
import { request } from '../../request.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useWords } from '../../words/use-words.tsx'
import { useHasAccount } from './use-has-account.ts'

interface Account {
  name: string
  isAdmin: boolean
  canLogOut: boolean
}

let asked: Promise<Account | null> | undefined

/** Who is signed in; null: nobody, or it is not known yet. Without login nobody is asked. */
export function useAccount(): Account | null {
  const name = useAppState().preferences.account
  const [account, setAccount] = useState<Account | null>(
    name === undefined ? null : { name, isAdmin: false, canLogOut: true },
  )
  const isKnown = useHasAccount()
  useEffect(() => {
    if (!isKnown) return
    asked ??= request<Account>('GET', '/account')
    void asked.then((told) => told && setAccount(told))
  }, [isKnown])
  return account
}

/** The person's name, and the way out. */
export default function AccountMenu() {
  const text = useWords('login')
  const account = useAccount()
  if (!account) return null
  const signOut = async () => {
    const ended = await request<{ url: string }>('POST', '/logout')
    // A full load, so that nothing of what was shown stays.
    location.assign(ended?.url ?? '/')
  }
  return (
    <div className="-mx-1 flex items-center gap-2 border-line border-t px-2 pt-2 text-sm">
      <UserRound aria-hidden="true" className="text-quiet" size={16} />
      <p className="min-w-0 flex-1 truncate" dir="auto" title={account.name}>
        <span className="sr-only">{text.signedIn} </span>
        {account.name}
      </p>
      {account.canLogOut && (
        <IconButton label={text.signOut} onClick={signOut}>
          <LogOut size={16} />
        </IconButton>
      )}
    </div>
  )
}
