'use client'

import type { UsageReport } from '@repo/contract/usage'
import Link from 'next/link'
import { useEffect, useState } from 'react'
import { useAppState } from '../../conversations/app-state.tsx'
import { request } from '../../request.ts'
import { useFormats, useLanguage, useWords } from '../../words/use-words.tsx'
import { formatShare } from './format.ts'
import { limitNotice } from './notice.ts'

/** How often it is looked again while there is something to say: the wait that it tells gets shorter. */
const LOOK_AGAIN_MS = 10_000

/** A quiet line above the composer for who comes near a limit; nothing else. */
export default function LimitNotice() {
  const text = useWords('usage')
  const { wait } = useFormats()
  const language = useLanguage()
  // They change with each turn, which is when something was used: then it is loaded anew.
  const { page } = useAppState().list
  const [notice, setNotice] = useState<string | null>(null)

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    let current = true
    const look = async () => {
      const report = await request<UsageReport>('GET', '/usage')
      if (!current) return
      const told = report && limitNotice(report.limits, text.notice, wait, (share) => formatShare(share, language))
      setNotice(told)
      if (told) timer = setTimeout(look, LOOK_AGAIN_MS)
    }
    void look()
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [page, text, wait, language])

  return (
    <div role="status">
      {notice && (
        <p className="mb-2 px-2 text-quiet text-sm tabular-nums">
          {notice}{' '}
          <Link className="underline underline-offset-2 hover:text-ink" href="/usage" prefetch={false}>
            {text.notice.more}
          </Link>
        </p>
      )}
    </div>
  )
}
