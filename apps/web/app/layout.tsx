import type { ConversationPage } from '@repo/contract/conversation'
import type { Model } from '@repo/contract/model'
import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { AppStateProvider } from '../conversations/app-state.tsx'
import { load } from '../server/api.ts'
import { config } from '../server/config.ts'
import { Slot } from '../slot.tsx'
import { text } from '../text.ts'
import { WithFeatures } from '../with-features.tsx'
import './globals.css'
import '../chat/messages/answer.css'

export const metadata: Metadata = {
  title: { default: text.product, template: `%s · ${text.product}` },
  description: text.tagline,
  // A file of `public`, not of `app`: that would be a route, with a trace each time.
  icons: '/icon.svg',
}

export const viewport: Viewport = {
  viewportFit: 'cover',
  // The on-screen keyboard shrinks the page instead of covering the composer.
  interactiveWidget: 'resizes-content',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#141517' },
  ],
}

export default async function Layout({ children }: { children: ReactNode }) {
  const [conversations, models] = await Promise.all([
    load<ConversationPage>('/api/conversations?limit=50'),
    load<Model[]>('/api/models'),
  ])
  const kept = (await cookies()).getAll().filter(({ name }) => name.startsWith('ui-'))
  const preferences = Object.fromEntries(kept.map(({ name, value }) => [name.slice('ui-'.length), value]))
  return (
    <html lang="en">
      <body>
        <a
          className="sr-only rounded-md bg-raised px-4 py-2 text-ink focus:not-sr-only focus:fixed focus:start-4 focus:top-4 focus:z-50"
          href="#message"
        >
          {text.skipToComposer}
        </a>
        <WithFeatures>
          <AppStateProvider
            conversations={conversations}
            models={models ?? []}
            preferences={preferences}
            settings={config().page}
          >
            <Slot name="Page" />
            <div className="flex h-dvh flex-col md:flex-row">
              <Slot name="Beside" />
              <main className="flex min-h-0 min-w-0 flex-1 flex-col">{children}</main>
            </div>
          </AppStateProvider>
        </WithFeatures>
      </body>
    </html>
  )
}
