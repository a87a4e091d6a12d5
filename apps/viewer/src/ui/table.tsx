import type { ReactNode } from 'react'
import type { Attributes } from '../server/otlp.ts'

type Column<T> = readonly [head: string, cell: (row: T) => ReactNode]
export type Columns<T> = readonly [Column<T>, ...Column<T>[]]

/** The first column names the row. On a phone each row becomes a paragraph, with the heads before its values. */
export function Table<T>({ rows, columns: [first, ...rest] }: { rows: readonly T[]; columns: Columns<T> }) {
  const value = (row: T, [head, cell]: Column<T>, content = cell(row)) => (
    <td key={head} data-label={content ? head : undefined}>
      {content}
    </td>
  )
  return (
    <table>
      <thead>
        <tr>
          {[first, ...rest].map(([head]) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, n) => (
          <tr key={String(n)}>
            <th scope="row">{first[1](row)}</th>
            {rest.map((column) => value(row, column))}
          </tr>
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
