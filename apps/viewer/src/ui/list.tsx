import type { ReactNode } from 'react'
import { count } from './format.ts'
import { useData } from './live.ts'
import { useRoute } from './route.ts'

interface Props<T> {
  readonly title: string
  readonly searches: string
  readonly levels?: readonly string[]
  /** Query key and label of each. */
  readonly switches?: readonly (readonly [string, string])[]
  readonly empty: ReactNode
  readonly children: (rows: T[]) => ReactNode
}

/** A live list with its filter in the URL: title, filter, rows, or in words why there are none. */
export function List<T>({ title, searches, levels, switches = [], empty, children }: Props<T>) {
  const { query, get, set } = useRoute()
  const data = useData<{ services: string[]; total: number; rows: T[] }>(`/api/${title.toLowerCase()}?${query}`)
  const select = (key: string, label: string, options: readonly string[]) => (
    <select aria-label={label} value={get(key)} onChange={({ target }) => set(key, target.value)}>
      <option value="">{label}</option>
      {options.map((option) => (
        <option key={option}>{option}</option>
      ))}
    </select>
  )
  return (
    <>
      <header className="page">
        <h1>{title}</h1>
        {data && (
          <p>{data.total > data.rows.length ? `${data.rows.length} of ${count(data.total)}` : count(data.total)}</p>
        )}
      </header>
      <search className="filters">
        <input
          type="search"
          aria-label={searches}
          placeholder={searches}
          value={get('q')}
          onChange={({ target }) => set('q', target.value)}
        />
        {select('service', 'All services', data?.services ?? [])}
        {levels && select('severity', 'All severities', levels)}
        {switches.map(([key, label]) => (
          <label key={key}>
            <input
              type="checkbox"
              checked={get(key) !== ''}
              onChange={({ target }) => set(key, target.checked ? '1' : '')}
            />
            {label}
          </label>
        ))}
      </search>
      {data && data.rows.length > 0 && children(data.rows)}
      {data?.rows.length === 0 && <p className="empty">{query.size ? 'Nothing matches this filter.' : empty}</p>}
    </>
  )
}
