import { loadFormats, loadWords } from '../../server/language.ts'
import { costText, type Sums, tokenText, total } from './sums.ts'

interface Props {
  label: string
  /** What the first column holds. */
  of: string
  rows: [name: string, sums: Sums][]
}

const cell = 'py-2 ps-4 text-end tabular-nums'

/** Turns, tokens and cost, with their total; scrolls by itself on a phone. */
export async function UsageTable({ label, of, rows }: Props) {
  const text = await loadWords('usage')
  const { turns, input, cached, output, reasoning, cost } = text
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls by itself has to be reached by keyboard
    <figure aria-label={label} className="overflow-x-auto" tabIndex={0}>
      <table className="w-full text-sm">
        <thead className="whitespace-nowrap text-quiet text-xs">
          <tr>
            <th className="py-2 text-start font-medium" scope="col">
              {of}
            </th>
            {[turns, cost, input, cached, output, reasoning].map((name) => (
              <th className={`${cell} font-medium`} key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, sums]) => (
            <Row key={name} name={name} sums={sums} />
          ))}
        </tbody>
        {rows.length > 1 && (
          <tfoot className="font-medium">
            <Row name={text.total} sums={total(rows.map(([, sums]) => sums))} />
          </tfoot>
        )}
      </table>
    </figure>
  )
}

async function Row({ name, sums }: { name: string; sums: Sums }) {
  const text = await loadWords('usage')
  const formats = await loadFormats()
  return (
    <tr className="whitespace-nowrap border-line border-t">
      <th className="py-2 text-start [font-weight:inherit]" scope="row">
        {name}
      </th>
      <td className={cell}>{formats.count(sums.turns)}</td>
      <td className={cell}>
        {costText(sums, text, formats)}
        {sums.estimatedUsd > 0 && (
          <span className="block text-quiet text-xs">{text.estimated({ usd: formats.usd(sums.estimatedUsd) })}</span>
        )}
      </td>
      <td className={cell}>{tokenText(sums, 'inputTokens', text, formats)}</td>
      <td className={cell}>{tokenText(sums, 'cachedInputTokens', text, formats)}</td>
      <td className={cell}>{tokenText(sums, 'outputTokens', text, formats)}</td>
      <td className={cell}>{tokenText(sums, 'reasoningTokens', text, formats)}</td>
    </tr>
  )
}
