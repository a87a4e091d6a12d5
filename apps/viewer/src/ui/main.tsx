import type { ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { Board } from './board.tsx'
import { count } from './format.ts'
import { useLive } from './live.ts'
import { Logs } from './logs.tsx'
import { Metrics } from './metrics.tsx'
import { useRoute } from './route.ts'
import './style.css'
import { Trace } from './trace.tsx'
import { Traces } from './traces.tsx'

const pages = { '/': 'Board', '/traces': 'Traces', '/logs': 'Logs', '/metrics': 'Metrics' }
const views: Record<string, () => ReactNode> = { '/': Board, '/traces': Traces, '/logs': Logs, '/metrics': Metrics }
const Missing = () => <p className="empty">There is no page here.</p>

function App() {
  const { path } = useRoute()
  const { stats, connected } = useLive()
  const traceId = path.match(/^\/traces\/([0-9a-f]{32})$/i)?.[1]?.toLowerCase()
  const Page = views[path] ?? Missing
  document.title = `${traceId ? 'Trace' : (pages[path as keyof typeof pages] ?? 'Not found')} · Telemetry`
  const signals = Object.entries(stats ?? {})
  const list = (of: 'count' | 'dropped') => signals.map(([name, signal]) => `${count(signal[of])} ${name}`).join(', ')
  return (
    <>
      <nav className="top" aria-label="Views">
        {Object.entries(pages).map(([href, name]) => (
          <a key={href} href={href} aria-current={path === href ? 'page' : href !== '/' && path.startsWith(href)}>
            {name}
          </a>
        ))}
        <output className={connected ? 'live' : 'live lost'}>{connected ? 'Live' : 'Not connected'}</output>
      </nav>
      <main>{traceId ? <Trace key={traceId} traceId={traceId} /> : <Page key={path} />}</main>
      <footer>
        {stats && `In memory: ${list('count')}.`}{' '}
        {signals.some(([, { dropped }]) => dropped) && `Oldest dropped: ${list('dropped')}.`}
      </footer>
    </>
  )
}

createRoot(document.getElementById('root') as HTMLElement).render(<App />)
