import { attribute } from '@repo/telemetry/catalogue'
import { type Field, started } from './panels.ts'
import { label } from './series.ts'

/** Of the line that the API writes for each turn: what one looks for first comes first. */
export const turnFields: readonly Field[] = [
  { name: label(attribute.outcome), title: 'Outcome', width: 100 },
  { name: label(attribute.requestModel), title: 'Model', width: 124 },
  { name: 'duration_ms', title: 'Duration', width: 80, unit: 'ms' },
  {
    name: label(attribute.responseTimeToFirstChunk),
    title: 'First token',
    width: 0,
    unit: 's',
    decimals: 2,
    absent: 'none',
  },
  { name: label(attribute.usageInputTokens), title: 'Input', width: 70, unit: 'locale', absent: 'unknown' },
  { name: label(attribute.usageOutputTokens), title: 'Output', width: 70, unit: 'locale', absent: 'unknown' },
  { name: label(attribute.cost), title: 'Cost', width: 85, unit: 'currencyUSD', decimals: 6, absent: 'unknown' },
  { name: label(attribute.errorType), title: 'Error', width: 118 },
  started('Time'),
]
