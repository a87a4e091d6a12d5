'use client'

import { text } from '../text.ts'
import { useAppState } from './app-state.tsx'
import { isFault } from './fault-models.ts'

/** The browser's own select: reachable by keyboard and at home on a phone. Hidden when there is nothing to choose. */
export function ModelPicker() {
  const { models, model, selectModel } = useAppState()
  if (models.length < 2) return null
  const options = (fault: boolean) =>
    models
      .filter(({ id }) => isFault(id) === fault)
      .map(({ id }) => (
        <option key={id} value={id}>
          {id}
        </option>
      ))
  const faults = options(true)

  return (
    <select
      aria-label={text.composer.model}
      className="h-8 min-w-0 max-w-56 rounded-lg bg-raised px-1.5 text-base text-quiet hover:bg-hover hover:text-ink md:text-sm"
      onChange={(event) => selectModel(event.target.value)}
      value={model}
    >
      {faults.length > 0 ? (
        <>
          <optgroup label={text.composer.models}>{options(false)}</optgroup>
          <optgroup label={text.composer.faults}>{faults}</optgroup>
        </>
      ) : (
        options(false)
      )}
    </select>
  )
}
