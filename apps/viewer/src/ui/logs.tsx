import { type LogRecord, severities } from '../server/otlp.ts'
import { clock } from './format.ts'
import { List } from './list.tsx'
import { Fields } from './table.tsx'

const address = ({ traceId, spanId }: LogRecord) => `/traces/${traceId}${spanId ? `?span=${spanId}` : ''}`
const extra = ({ scope, eventName }: LogRecord) => ({ scope, ...(eventName && { 'event name': eventName }) })

export const LogLines = ({ logs, linked }: { logs: readonly LogRecord[]; linked: boolean }) => (
  <ol className="card logs">
    {logs.map((log, n) => (
      <li key={`${log.timeMs} ${n}`}>
        <details>
          <summary>
            <time>{clock(log.timeMs)}</time>
            <span className={`level ${log.severity}`}>{log.severity}</span>
            <span className="service">{log.service}</span>
            <span className="body">{log.body || log.eventName || '(no text)'}</span>
          </summary>
          <Fields fields={{ ...log.attributes, ...extra(log) }} />
        </details>
        {linked && log.traceId && <a href={address(log)}>trace</a>}
      </li>
    ))}
  </ol>
)

export const Logs = () => (
  <List<LogRecord> title="Logs" searches="Text, trace id, attribute" levels={severities} empty="No log line yet.">
    {(rows) => <LogLines logs={rows} linked />}
  </List>
)
