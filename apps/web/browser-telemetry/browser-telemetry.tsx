'use client'

import { useEffect } from 'react'
import { deliverTo } from './report.ts'
import type { BrowserTelemetrySettings } from './settings.ts'

/**
 * Starts Faro once the page is interactive. Its code is a chunk of its own: nobody loads it where browser telemetry is
 * off, and nobody waits for it where it is on.
 */
export function BrowserTelemetry({ settings }: { settings: BrowserTelemetrySettings }) {
  useEffect(() => {
    // A chunk that does not arrive must not become an error of the page.
    import('./faro.ts').then(
      ({ startFaro }) => deliverTo(startFaro(settings)),
      () => {},
    )
  }, [settings])
  return null
}
