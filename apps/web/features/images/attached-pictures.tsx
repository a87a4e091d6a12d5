'use client'

import type { Model } from '@repo/contract/model'
import { ImageOff, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useAppState } from '../../conversations/app-state.tsx'
import type { AttachedFile, DraftProps } from '../../feature.ts'
import { request } from '../../request.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useWords, type WordsOf } from '../../words/use-words.tsx'
import { addPictures, type Picture } from './add-pictures.ts'
import { useDropped } from './use-dropped.ts'
import { useKeptPictures } from './use-kept-pictures.ts'

/** The pictures beside the message, each with its description, how far it is, and what is wrong with it. */
export default function AttachedPictures({ files, setFiles }: DraftProps) {
  const text = useWords('images')
  const { model = '' } = useAppState()
  const takes = useTakesPictures(model, files.length > 0)
  const [said, say] = useState('')
  const isOver = useDropped((dropped) => void addPictures(dropped, setFiles, text.picture))
  useKeptPictures(files, setFiles)

  useEffect(() => {
    setFiles((current) =>
      current.some(({ held = false }) => held === takes) ? current.map((one) => ({ ...one, held: !takes })) : current,
    )
  }, [files, takes, setFiles])

  const change = (id: string, to: (picture: AttachedFile) => AttachedFile) =>
    setFiles((current) => current.map((one) => (one.id === id ? to(one) : one)))
  const remove = ({ id, part }: AttachedFile, name: string) => {
    setFiles((current) => current.filter((one) => one.id !== id))
    if (part) void request('DELETE', part.url.replace('/api', ''))
    say(text.removed({ name }))
    document.getElementById('message')?.focus()
  }
  return (
    <>
      {isOver && (
        <p className="mb-2 rounded-xl border border-accent border-dashed px-3 py-4 text-center text-quiet text-sm">
          {text.drop}
        </p>
      )}
      {files.length > 0 && (
        <ul aria-label={text.list} className="mb-1 grid max-h-[40dvh] gap-2 overflow-y-auto sm:grid-cols-2">
          {(files as readonly Picture[]).map((picture) => (
            <Attached
              key={picture.id}
              onDescribe={(alt) => change(picture.id, (one) => withAlt(one, alt))}
              onRemove={(name) => remove(picture, name)}
              picture={picture}
              text={text}
            />
          ))}
        </ul>
      )}
      {files.length > 0 && !takes && (
        <p className="px-1 pb-1 text-danger text-sm" role="alert">
          {text.takesNone({ model })}
        </p>
      )}
      <p className="sr-only" role="status">
        {said || newestOf(files as readonly Picture[], text)}
      </p>
    </>
  )
}

interface Props {
  picture: Picture
  text: WordsOf<'images'>
  onDescribe: (alt: string) => void
  onRemove: (name: string) => void
}

function Attached({ picture: { part, progress, fault, ...picture }, text, onDescribe, onRemove }: Props) {
  const name = picture.name ?? part?.filename ?? text.picture
  const alt = String(part?.providerMetadata?.chat?.alt ?? '')
  return (
    <li className="flex min-w-0 items-center gap-2 rounded-xl border border-line p-1.5">
      <span className="grid size-14 shrink-0 place-items-center overflow-hidden rounded-lg bg-surface">
        {part && <img alt="" className="size-full object-cover" src={part.url} />}
        {fault && <ImageOff className="text-quiet" size={18} />}
      </span>
      <div className="min-w-0 flex-1 text-sm">
        <p className="truncate px-1.5 text-quiet text-xs" title={name}>
          {name}
        </p>
        {fault ? (
          <p className="px-1.5 text-danger text-xs leading-snug" role="alert">
            {sentence(fault, text)}
          </p>
        ) : part ? (
          <input
            aria-label={text.describe({ name })}
            className="mt-0.5 h-7 w-full rounded-md bg-transparent px-1.5 text-base outline-offset-0 placeholder:text-quiet sm:text-sm"
            dir="auto"
            maxLength={1000}
            onChange={(event) => onDescribe(event.target.value)}
            // It would send the message.
            onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
            placeholder={text.description}
            value={alt}
          />
        ) : (
          <progress
            aria-label={text.uploading({ name })}
            className="h-1.5 w-full accent-accent"
            value={progress ?? 0}
          />
        )}
      </div>
      <IconButton className="self-start" label={text.remove({ name })} onClick={() => onRemove(name)}>
        <X size={15} />
      </IconButton>
    </li>
  )
}

function withAlt(file: AttachedFile, alt: string): AttachedFile {
  const { part } = file
  return part
    ? { ...file, part: { ...part, providerMetadata: { chat: { ...part.providerMetadata?.chat, alt } } } }
    : file
}

function sentence(fault: NonNullable<Picture['fault']>, { faults }: WordsOf<'images'>): string {
  if (typeof fault === 'object') return fault.said
  return fault === 'many' ? faults.many({ count: 8 }) : faults[fault]
}

/** For those who do not see it: the last one that has come. */
function newestOf(files: readonly Picture[], text: WordsOf<'images'>): string {
  const newest = files.findLast(({ part }) => part)
  return newest?.name ? text.added({ name: newest.name }) : ''
}

/** Asked again when there is a picture: a model may have said meanwhile that it takes none. */
function useTakesPictures(model: string, asked: boolean): boolean {
  const { models } = useAppState()
  const listed = models.find(({ id }) => id === model)?.images !== false
  const [told, setTold] = useState<Record<string, boolean>>({})
  useEffect(() => {
    if (!asked) return
    void request<Model[]>('GET', '/models').then(
      (list) => list && setTold(Object.fromEntries(list.map(({ id, images }) => [id, images]))),
    )
  }, [asked, model])
  return told[model] ?? listed
}
