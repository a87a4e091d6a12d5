/**
 * What the page has to know to report. The server hands it over: the variable that turns it on is read when it runs, and
 * the catalogue of names would be a kilobyte of every page's first load.
 */
export interface BrowserTelemetrySettings {
  app: { name: string; namespace: string; version: string; environment: string }
  /** Share of the sessions that are reported, 0 to 1. */
  sampleRate: number
  /** Of the measurement: its type, and the name of its number. */
  perceivedTtft: { type: string; value: string }
  /** Keys of what a measurement is told apart by. */
  attributes: { model: string; outcome: string }
}
