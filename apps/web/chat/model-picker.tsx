'use client'

import type { Model } from '@repo/contract/model'
import { formatCompact, formatUsd } from '../format/numbers.ts'
import { ChevronIcon } from '../icons.tsx'
import { text } from '../text.ts'
import { useAppState } from './app-state.tsx'
import { isFault } from './fault-models.ts'

/**
 * The browser's own select: reachable by keyboard and at home on a phone. Its options tell price and context, which
 * would be too long for the closed one, so that lies unseen above the model's name. Hidden when there is nothing to
 * choose.
 */
export function ModelPicker() {
  const { models, model, selectModel } = useAppState()
  if (models.length < 2) return null
  const options = (fault: boolean) =>
    models
      .filter(({ id }) => isFault(id) === fault)
      .map((model) => (
        <option key={model.id} value={model.id}>
          {fault ? model.id : description(model)}
        </option>
      ))
  const faults = options(true)

  return (
    <div className="relative flex h-8 min-w-0 items-center gap-1 rounded-lg ps-2 pe-1.5 text-quiet has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2 hover:bg-hover hover:text-ink">
      <span aria-hidden="true" className="truncate text-sm">
        {model}
      </span>
      <span className="rotate-90">
        <ChevronIcon size={14} />
      </span>
      <select
        aria-label={text.composer.model}
        className="absolute inset-0 bg-raised text-base opacity-0"
        onChange={(event) => selectModel(event.target.value)}
        value={model}
      >
        <optgroup label={text.composer.models}>{options(false)}</optgroup>
        {faults.length > 0 && <optgroup label={text.composer.faults}>{faults}</optgroup>}
      </select>
    </div>
  )
}

function description({ id, price, priced, contextWindow }: Model): string {
  const { modelPrice, priceByProvider, priceUnknown, context } = text.composer
  const known = price && modelPrice(formatUsd(price.input), formatUsd(price.output))
  return [
    id,
    known ?? (priced ? priceByProvider : priceUnknown),
    ...(contextWindow ? [context(formatCompact(contextWindow))] : []),
  ].join(' · ')
}
