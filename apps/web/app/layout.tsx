import type { ConversationPage } from '@repo/contract/conversation'
import type { Model } from '@repo/contract/model'
import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { AppStateProvider } from '../conversations/app-state.tsx'
import { door, load } from '../server/api.ts'
import { config } from '../server/config.ts'
import { loadWords, pageLanguage, wordsIn } from '../server/language.ts'
import { Slot } from '../slot.tsx'
import { WithFeatures } from '../with-features.tsx'
import { WithWords } from '../words/use-words.tsx'
import './globals.css'

export async function generateMetadata(): Promise<Metadata> {
  const { product, tagline } = await loadWords('core')
  return {
    title: { default: product, template: `%s · ${product}` },
    description: tagline,
    // A file of `public`, not of `app`: that would be a route, with a trace each time.
    icons: '/icon.svg',
  }
}

export const viewport: Viewport = {
  viewportFit: 'cover',
  // The on-screen keyboard shrinks the page instead of covering the composer.
  interactiveWidget: 'resizes-content',
}

export default async function Layout({ children }: { children: ReactNode }) {
  const [conversations, models] = await Promise.all([
    load<ConversationPage>('/api/conversations?limit=50'),
    load<Model[]>('/api/models'),
  ])
  const language = await pageLanguage()
  const { skipToComposer } = await loadWords('core')
  const kept = (await cookies()).getAll().filter(({ name }) => name.startsWith('ui-'))
  const preferences = Object.fromEntries(kept.map(({ name, value }) => [name.slice('ui-'.length), value]))
  return (
    <html data-theme={preferences.theme} lang={language}>
      <body>
        <WithWords language={language} words={wordsIn(language)}>
          <WithFeatures>
            <AppStateProvider
              conversations={conversations}
              models={models ?? []}
              preferences={preferences}
              settings={config().page}
            >
              <Slot name="Page" />
              <Slot name="Door" open={door().open}>
                <a
                  className="sr-only rounded-md bg-raised px-4 py-2 text-ink focus:not-sr-only focus:fixed focus:start-4 focus:top-4 focus:z-50"
                  href="#message"
                >
                  {skipToComposer}
                </a>
                <div className="flex h-dvh flex-col md:flex-row">
                  <Slot name="Beside" />
                  <main className="flex min-h-0 min-w-0 flex-1 flex-col">{children}</main>
                </div>
              </Slot>
            </AppStateProvider>
          </WithFeatures>
        </WithWords>
      </body>
    </html>
  )
}
