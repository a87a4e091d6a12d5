import type { ReactNode } from 'react'
import type { Attributes } from '../server/otlp.ts'

export type Columns<T> = readonly (readonly [head: string, cell: (row: T) => ReactNode])[]

/** The first column names the row. On a phone each row becomes a paragraph, with the heads before its values. */
export function Table<T>({ rows, columns }: { rows: readonly T[]; columns: Columns<T> }) {
  const body = (row: T) =>
    columns.map(([head, cell], n) => {
      const content = cell(row)
      return n ? (
        <td key={head} data-label={content ? head : undefined} children={content} />
      ) : (
        <th key={head} scope="row" children={content} />
      )
    })
  return (
    <table>
      <thead>
        <tr>
          {columns.map(([head]) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, n) => (
          <tr key={String(n)}>{body(row)}</tr>
        ))}
      </tbody>
    </table>
  )
}

export const Fields = ({ fields }: { fields: Attributes }) => (
  <dl className="fields">
    {Object.entries(fields).map(([key, value]) => (
      <div key={key}>
        <dt>{key}</dt>
        <dd>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
      </div>
    ))}
  </dl>
)
