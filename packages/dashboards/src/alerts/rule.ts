/**
 * - `page`: somebody should look now, whatever the hour
 * - `ticket`: somebody should look on the next working day
 */
export type Severity = 'page' | 'ticket'

/** A panel of a generated board, by what a reader calls it. */
export interface PanelRef {
  /** Uid of the board. */
  readonly board: string
  readonly title: string
}

export interface Alert {
  /** Its runbook is docs/runbooks/{alert}.md. Several rules may share it, and differ in `labels`. */
  readonly alert: string
  /** PromQL. Its value is what `description` shows. */
  readonly expr: string
  /** A duration of PromQL. Absent: fires at the first evaluation that finds something. */
  readonly for?: string
  readonly severity: Severity
  readonly labels?: Readonly<Record<string, string>>
  /** What is wrong, without numbers: the same each time, so that a subject line can be recognised. */
  readonly summary: string
  /** A template of Prometheus, with the current value in it. */
  readonly description: string
  readonly panel: PanelRef
}

export interface Recording {
  readonly record: string
  readonly expr: string
}

/** Rules are evaluated in their order, so that an alert sees what was recorded a moment before. */
export interface Group {
  readonly name: string
  readonly rules: readonly (Recording | Alert)[]
}
