import { useAppState, useSettings } from '../../conversations/app-state.tsx'

/** Whether somebody is signed in, as far as the page knows: by the session, or by a proxy, which only the API can ask. */
export function useHasAccount(): boolean {
  const byProxy = useSettings<boolean | undefined>('loginProxy')
  return useAppState().preferences.account !== undefined || byProxy === true
}
