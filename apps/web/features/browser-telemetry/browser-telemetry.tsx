'use client'

import { useEffect } from 'react'
import { useSettings } from '../../conversations/app-state.tsx'
import type { Feature } from '../../feature.ts'
import { PerceivedTtft } from './perceived-ttft.tsx'
import { deliverTo, reportError } from './report.ts'
import type { BrowserTelemetrySettings } from './settings.ts'

export const browserTelemetry: Feature = { Page: Start, onPageError: reportError, Turn: PerceivedTtft }

/**
 * Starts Faro once the page is interactive. Its code is a chunk of its own: nobody loads it where browser telemetry is
 * off, and nobody waits for it where it is on.
 */
function Start() {
  const settings = useSettings<BrowserTelemetrySettings | null>('browserTelemetry')
  useEffect(() => {
    if (!settings) return
    // A chunk that does not arrive must not become an error of the page.
    import('./faro.ts').then(
      ({ startFaro }) => deliverTo(startFaro(settings)),
      () => {},
    )
  }, [settings])
  return null
}
