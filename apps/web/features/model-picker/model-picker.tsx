'use client'

import type { Conversation } from '@repo/contract/conversation'
import type { Model } from '@repo/contract/model'
import { ChevronRight } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { useEffect } from 'react'
import { useAppState } from '../../conversations/app-state.tsx'
import { show, store, tell } from '../../conversations/changes.ts'
import type { Feature } from '../../feature.ts'
import { request } from '../../request.ts'
import { useFormats, useLanguage, useWords } from '../../words/use-words.tsx'
import { isFault } from './fault-models.ts'

export const modelPicker: Feature = { ComposerOptions: ModelPicker }

/**
 * The browser's own select: reachable by keyboard and at home on a phone. Its options tell price and context, which
 * would be too long for the closed one, so that lies unseen above the model's name. Hidden when there is nothing to
 * choose.
 */
function ModelPicker() {
  const text = useWords('modelPicker')
  const describe = useDescription()
  const { models, model } = useAppState()
  const selectModel = useSelectModel()
  if (models.length < 2) return null
  const options = (fault: boolean) =>
    models
      .filter(({ id }) => isFault(id) === fault)
      .map((model) => (
        <option key={model.id} value={model.id}>
          {fault ? model.id : describe(model)}
        </option>
      ))
  const faults = options(true)

  return (
    <div className="relative flex h-8 min-w-0 items-center gap-1 rounded-lg ps-2 pe-1.5 text-quiet has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2 hover:bg-hover hover:text-ink">
      <span aria-hidden="true" className="truncate text-sm">
        {model}
      </span>
      <span className="rotate-90">
        <ChevronRight size={14} />
      </span>
      <select
        aria-label={text.model}
        className="absolute inset-0 bg-raised text-base opacity-0"
        onChange={(event) => selectModel(event.target.value)}
        value={model}
      >
        <optgroup label={text.models}>{options(false)}</optgroup>
        {faults.length > 0 && <optgroup label={text.faults}>{faults}</optgroup>}
      </select>
    </div>
  )
}

/** Picks a model for the conversation that the address names, or for new chats. */
function useSelectModel() {
  const { current, picked, setPicked } = useAppState()
  const id = usePathname().match(/^\/c\/([^/]+)$/)?.[1] ?? ''

  // A new conversation has its address before it is listed, and its model can be changed from then on.
  const toStore = current && picked[current.id]
  useEffect(() => {
    if (!current || !toStore) return
    setPicked(({ [current.id]: _, ...others }) => others)
    void storeModel(current, toStore)
  }, [current, toStore, setPicked])

  return (model: string) => setPicked((others) => ({ ...others, [id]: model }))
}

/** Without a way back: the next question names the model too, so it holds even when this fails. */
const storeModel = (conversation: Conversation, model: string) =>
  store(async () => {
    show({ changed: { ...conversation, model } })
    const changed = await request<Conversation>('PATCH', `/conversations/${conversation.id}`, { model })
    if (changed) tell({ changed })
  })

function useDescription() {
  const text = useWords('modelPicker')
  const { usd } = useFormats()
  // A large round number in few characters: 400K, 1M.
  const { format } = new Intl.NumberFormat(useLanguage(), { notation: 'compact', maximumFractionDigits: 1 })
  return ({ id, price, priced, contextWindow }: Model): string => {
    const known = price && text.price({ input: usd(price.input), output: usd(price.output) })
    return [
      id,
      known ?? (priced ? text.priceByProvider : text.priceUnknown),
      ...(contextWindow ? [text.context({ tokens: format(contextWindow) })] : []),
    ].join(' · ')
  }
}
