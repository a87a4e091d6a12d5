import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    title: 'Sign in to chat',
    intro: 'This chat is for people with an account here. Signing in brings you back to this page.',
    byProxy: 'The proxy that signs people in has not said who you are. Reload this page to sign in there.',
    reload: 'Reload',
    signIn: 'Sign in',
    signOut: 'Sign out',
    signedIn: 'Signed in as',
    ended: 'You are not signed in any more. Your message was not sent.',
    failed: {
      denied: 'You were not signed in: the sign-in was refused or cancelled.',
      again: 'That sign-in is too old, or was begun elsewhere. Please sign in again.',
      failed: 'Signing in did not work. Try again in a moment; if that does not help, ask whoever runs this chat.',
    },
  },

  de: {
    title: 'Melde dich an',
    intro: 'Dieser Chat ist für Leute, die hier ein Konto haben. Nach der Anmeldung kommst du auf diese Seite zurück.',
    byProxy:
      'Der Proxy, an dem man sich anmeldet, hat nicht gesagt, wer du bist. Lade die Seite neu und melde dich an.',
    reload: 'Neu laden',
    signIn: 'Anmelden',
    signOut: 'Abmelden',
    signedIn: 'Angemeldet als',
    ended: 'Du bist nicht mehr angemeldet. Deine Nachricht ging nicht ab.',
    failed: {
      denied: 'Du bist nicht angemeldet: Die Anmeldung wurde abgelehnt oder abgebrochen.',
      again: 'Diese Anmeldung ist zu alt oder wurde woanders begonnen. Bitte melde dich noch einmal an.',
      failed: 'Die Anmeldung hat nicht geklappt. Versuch es gleich noch einmal; sonst frag, wer diesen Chat betreibt.',
    },
  },
})
