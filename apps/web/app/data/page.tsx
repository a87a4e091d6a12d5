import type { Metadata } from 'next'
import { Deletion } from '../../features/personal-data/deletion.tsx'
import { loadWords } from '../../server/language.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await loadWords('personalData')).title }
}

export default async function Page() {
  const text = await loadWords('personalData')
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="reading-column flex flex-col gap-10 py-8 pb-[max(2rem,env(safe-area-inset-bottom))]">
        <header>
          <h1 className="font-semibold text-2xl tracking-tight">{text.title}</h1>
          <p className="mt-1 text-pretty text-quiet">{text.intro}</p>
        </header>
        <section>
          <h2 className="font-medium">{text.download}</h2>
          <p className="mt-1 text-pretty text-quiet text-sm">{text.downloadHint}</p>
          <a
            className="mt-3 inline-block rounded-lg border border-line-strong px-4 py-1.5 font-medium text-sm hover:bg-hover"
            download
            href="/api/personal-data"
          >
            {text.download}
          </a>
        </section>
        <section>
          <h2 className="font-medium">{text.delete}</h2>
          <p className="mt-1 text-pretty text-quiet text-sm">{text.deleteHint}</p>
          <Deletion />
        </section>
      </div>
    </div>
  )
}
