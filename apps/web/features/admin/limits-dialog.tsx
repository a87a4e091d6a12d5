import type { Person, PersonLimits } from '@repo/contract/admin'
import { useRouter } from 'next/navigation'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { request } from '../../request.ts'
import { useWords } from '../../words/use-words.tsx'

interface Props {
  person: Person
  onClose: () => void
}

const field = 'w-28 rounded-md border border-line-strong bg-canvas px-2 py-1 tabular-nums'
const button = 'rounded-lg px-4 py-2 font-medium'

/** What one person may: as all, no limit, or a number of their own; and whether at all. */
export function LimitsDialog({ person, onClose }: Props) {
  const text = useWords('admin')
  const router = useRouter()
  const dialog = useRef<HTMLDialogElement>(null)
  const [failed, setFailed] = useState(false)
  useEffect(() => dialog.current?.showModal(), [])

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const limits: PersonLimits = {
      dailyUsd: chosen(form, 'dailyUsd'),
      perMinute: chosen(form, 'perMinute'),
      isBlocked: form.has('isBlocked'),
    }
    const saved = await request('PATCH', `/admin/people/${person.id}`, limits)
    setFailed(!saved)
    if (!saved) return
    router.refresh()
    dialog.current?.close()
  }

  const { dailyUsd, perMinute, isBlocked } = person.limits
  return (
    <dialog
      aria-label={text.editOf({ name: person.name })}
      className="m-auto w-96 max-w-[calc(100vw-2rem)] rounded-lg border border-line bg-raised p-6 text-ink backdrop:bg-black/40"
      onClose={onClose}
      ref={dialog}
    >
      <form className="flex flex-col gap-5" onSubmit={save}>
        <h2 className="font-medium" dir="auto">
          {person.name}
        </h2>
        <Choice legend={text.budget} max={1_000_000} min={0.01} name="dailyUsd" own={text.ownBudget} value={dailyUsd} />
        <Choice legend={text.rate} max={1_000_000} min={1} name="perMinute" own={text.ownRate} value={perMinute} />
        <label className="flex items-center gap-2">
          <input defaultChecked={isBlocked} name="isBlocked" type="checkbox" /> {text.block}
        </label>
        {failed && (
          <p className="text-danger text-sm" role="alert">
            {text.notSaved}
          </p>
        )}
        <p className="flex justify-end gap-2">
          <button className={`${button} hover:bg-hover`} onClick={() => dialog.current?.close()} type="button">
            {text.cancel}
          </button>
          <button className={`${button} bg-accent text-on-accent`} type="submit">
            {text.save}
          </button>
        </p>
      </form>
    </dialog>
  )
}

interface ChoiceProps {
  legend: string
  name: string
  own: string
  value: number | 'unlimited' | null
  min: number
  max: number
}

function Choice({ legend, name, own, value, min, max }: ChoiceProps) {
  const text = useWords('admin')
  const [choice, setChoice] = useState(typeof value === 'number' ? 'own' : (value ?? 'common'))
  const options = [
    ['common', text.likeAll],
    ['unlimited', text.lifted],
    ['own', text.own],
  ] as const
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-quiet text-sm">{legend}</legend>
      {options.map(([key, label]) => (
        <label className="flex min-h-6 items-center gap-2" key={key}>
          <input checked={choice === key} name={name} onChange={() => setChoice(key)} type="radio" value={key} />
          {label}
        </label>
      ))}
      {choice === 'own' && (
        <label className="ms-6 flex items-center gap-2 text-sm">
          <input
            className={field}
            defaultValue={typeof value === 'number' ? value : undefined}
            max={max}
            min={min}
            name={`${name}Own`}
            required
            step={min}
            type="number"
          />
          {own}
        </label>
      )}
    </fieldset>
  )
}

function chosen(form: FormData, name: string): number | 'unlimited' | null {
  const choice = form.get(name)
  return choice === 'own' ? Number(form.get(`${name}Own`)) : choice === 'unlimited' ? 'unlimited' : null
}
