'use client'

import { ImagePlus } from 'lucide-react'
import { useRef } from 'react'
import { useAppState } from '../../conversations/app-state.tsx'
import type { DraftProps } from '../../feature.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useWords } from '../../words/use-words.tsx'
import { addPictures } from './add-pictures.ts'

const TYPES = 'image/png,image/jpeg,image/webp,image/gif'

export default function AttachButton({ setFiles }: DraftProps) {
  const text = useWords('images')
  const { models, model } = useAppState()
  const input = useRef<HTMLInputElement>(null)
  const takes = models.find(({ id }) => id === model)?.images !== false
  // Where no model takes any there is nothing to choose another one for.
  if (models.length > 0 && !models.some(({ images }) => images)) return null
  const label = takes ? text.add : text.takesNone({ model: model ?? '' })
  return (
    <>
      <IconButton
        aria-disabled={!takes}
        className="size-8 aria-disabled:opacity-50"
        label={label}
        onClick={() => takes && input.current?.click()}
      >
        <ImagePlus size={18} />
      </IconButton>
      <input
        accept={TYPES}
        className="hidden"
        data-pictures
        multiple
        onChange={({ currentTarget }) => {
          void addPictures([...(currentTarget.files ?? [])], setFiles, text.picture)
          currentTarget.value = ''
        }}
        ref={input}
        tabIndex={-1}
        type="file"
      />
    </>
  )
}
