'use client'

import { useWords } from '../../words/use-words.tsx'
import { Folded } from './folded.tsx'

/** What a call is given: name by name where it is an object, everything else as JSON. */
export function Input({ value }: { value: unknown }) {
  const text = useWords('toolsToApprove')
  const fields = Object.entries(value as object)
  if (fields.length === 0) return <p className="text-quiet">{text.noInput}</p>
  return (
    <figure aria-label={text.input}>
      <figcaption className="text-quiet text-xs">{text.input}</figcaption>
      <dl className="mt-1 flex flex-col gap-2 rounded-lg border border-line bg-raised px-3 py-2">
        {fields.map(([name, one]) => (
          <div key={name}>
            <dt className="font-mono text-quiet text-xs [overflow-wrap:anywhere]">{visible(name)}</dt>
            <dd className="font-mono text-[0.8125rem] leading-relaxed">
              <Folded>{visible(typeof one === 'string' ? one : JSON.stringify(one, null, 2))}</Folded>
            </dd>
          </div>
        ))}
      </dl>
    </figure>
  )
}

/** What would turn text around or take no room is written as its code: what is approved must be what one sees. */
function visible(text: string): string {
  return text.replaceAll(
    /[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\u3164\ufeff\uffa0\u{e0000}-\u{e0fff}]/gu,
    (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`,
  )
}
