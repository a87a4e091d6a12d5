'use client'

import { useEffect, useRef, useState } from 'react'
import { request } from '../../request.ts'
import { useWords } from '../../words/use-words.tsx'

const button = 'rounded-lg border px-4 py-1.5 font-medium text-sm disabled:opacity-60'

/** A button, and a second one: what it does cannot be taken back. */
export function Deletion() {
  const text = useWords('personalData')
  const [state, setState] = useState<'idle' | 'asked' | 'deleting' | 'failed'>('idle')
  const cancel = useRef<HTMLButtonElement>(null)
  const isAsked = state === 'asked'
  // Not the dangerous one: who presses Enter twice has deleted nothing.
  useEffect(() => {
    if (isAsked) cancel.current?.focus()
  }, [isAsked])

  const remove = async () => {
    setState('deleting')
    if (!(await request('DELETE', '/personal-data'))) return setState('failed')
    for (const kept of [sessionStorage, localStorage]) kept.clear() // drafts, too
    location.assign('/')
  }
  return (
    <div className="mt-3">
      {state === 'idle' || state === 'failed' ? (
        <button
          className={`${button} border-line-strong hover:bg-hover`}
          onClick={() => setState('asked')}
          type="button"
        >
          {text.delete}
        </button>
      ) : (
        <div className="flex flex-wrap items-center gap-3">
          <button
            className={`${button} border-danger text-danger hover:bg-hover`}
            disabled={state === 'deleting'}
            onClick={remove}
            type="button"
          >
            {state === 'deleting' ? text.deleting : text.deleteNow}
          </button>
          {isAsked && (
            <button
              className={`${button} border-line-strong hover:bg-hover`}
              onClick={() => setState('idle')}
              ref={cancel}
              type="button"
            >
              {text.cancel}
            </button>
          )}
          <p className="text-sm">{text.really}</p>
        </div>
      )}
      <p className="mt-2 text-sm" role="status">
        {state === 'failed' && text.failed}
      </p>
    </div>
  )
}
