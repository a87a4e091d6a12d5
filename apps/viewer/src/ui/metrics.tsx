import type { MetricPoint } from '../server/otlp.ts'
import { exact, plural } from './format.ts'
import { List } from './list.tsx'
import { Fields } from './table.tsx'

const reading = ({ value, count = 0, sum }: MetricPoint) =>
  value !== undefined
    ? exact(value)
    : `${plural(count, 'observation')}${count && sum !== undefined ? `, mean ${exact(sum / count)}` : ''}`

const kind = (point: MetricPoint) =>
  `${point.kind === 'sum' ? (point.isMonotonic ? 'counter' : 'up-down counter') : point.kind}${point.unit && `, ${point.unit}`}`

const Metric = ({ name, points: [first, ...others] }: { name: string; points: MetricPoint[] }) =>
  first && (
    <details className="card metric">
      <summary>
        <h2>{name}</h2>
        <span>{kind(first)}</span>
        <span>{others.length ? `${others.length + 1} series` : reading(first)}</span>
        <p>{first.description}</p>
      </summary>
      {[first, ...others].map((point, n) => (
        <Fields key={String(n)} fields={{ value: reading(point), service: point.service, ...point.attributes }} />
      ))}
    </details>
  )

export const Metrics = () => (
  <List<[string, MetricPoint[]]>
    title="Metrics"
    searches="Name"
    empty="No metric yet. Services send them every few seconds."
  >
    {(rows) => rows.map(([name, points]) => <Metric key={name} name={name} points={points} />)}
  </List>
)
