import { SpanKind } from '@opentelemetry/api'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base'
import { COLLECTOR_PATH } from './collector-path.ts'

/** The sampler that `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG` ask for; all traces when they are not set. */
export function samplerFromEnvironment(): Sampler {
  const name = process.env.OTEL_TRACES_SAMPLER || 'parentbased_always_on'
  const root = rootSampler(name.replace('parentbased_', ''))
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root
}

function rootSampler(name: string): Sampler {
  if (name === 'always_off') return new AlwaysOffSampler()
  if (name === 'traceidratio') return new TraceIdRatioBasedSampler(Number(process.env.OTEL_TRACES_SAMPLER_ARG || 1))
  return new AlwaysOnSampler()
}

/**
 * Records SERVER spans also when they are not sampled. They are not exported then, but the request metrics are made of
 * them, and sampling must not change metrics. Deliveries of browser telemetry are neither traced nor counted: they are
 * no work of the application, and each trace of a page would cause one more.
 */
export class RecordServerSpans implements Sampler {
  readonly #sampler: Sampler

  constructor(sampler: Sampler) {
    this.#sampler = sampler
  }

  shouldSample(...span: Parameters<Sampler['shouldSample']>): SamplingResult {
    const [, , , kind, attributes] = span
    if (attributes['http.target'] === COLLECTOR_PATH) return { decision: SamplingDecision.NOT_RECORD }
    const result = this.#sampler.shouldSample(...span)
    const record = kind === SpanKind.SERVER && result.decision === SamplingDecision.NOT_RECORD
    return record ? { ...result, decision: SamplingDecision.RECORD } : result
  }

  toString(): string {
    return `RecordServerSpans{${this.#sampler}}`
  }
}
