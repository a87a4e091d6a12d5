import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '@repo/local-stack/run'
import { attribute, event, metric, service } from '@repo/telemetry/catalogue'
import { labelName as label, seriesName } from '@repo/telemetry/series-name'
import { limits } from '../04-cut-by-a-proxy/exercise.ts'
import { factors } from '../07-longer-answers/exercise.ts'
import { silentAlert } from '../08-silent-alert/exercise.ts'
import { collectorConditions } from './collector.ts'
import { type Evidence, storesOf } from './evidence.ts'
import { chosen, models } from './exercise.ts'
import { ruleFile } from './rule-file.ts'
import { range } from './stack-evidence.ts'

/** How a test plays an exercise: it knows from the fault, or finds by another way than the check does, what is right. */
export interface Played {
  /** Null: nothing shows yet. */
  right(evidence: Evidence, seed: number, since: number): Promise<string | null>
  /** Absent: what was there before is the wrong answer, and `right` mends it. */
  wrong?(seed: number): string
}

const inTempo = async (evidence: Evidence, query: string) => (await storesOf(evidence).search(query))[0] ?? null
const rules = path.join(root, ruleFile)

export const played: Readonly<Record<number, Played>> = {
  1: {
    right: async (_evidence, seed) => chosen(seed, models),
    wrong: (seed) => chosen(seed + 1, models),
  },
  2: { right: async () => 'admit', wrong: () => 'end' },
  3: {
    right: (evidence) => inTempo(evidence, `{ span.${attribute.retryCount} >= 2 }`),
    wrong: () => '0'.repeat(32),
  },
  4: {
    right: async (_evidence, seed) => `${chosen(seed, limits)} s`,
    wrong: (seed) => `${chosen(seed, limits) + 3} s`,
  },
  5: {
    right: async (evidence, seed, since) => {
      const calls = `${seriesName(metric.inferenceDuration)}_count`
      const ofModel = `${calls}{${label(attribute.requestModel)}="${chosen(seed, models)}"}${range(since)}`
      const share = `sum(increase(${ofModel})) / sum(increase(${calls}${range(since)}))`
      const [found] = await storesOf(evidence).metrics(share)
      return found ? `${(100 * found.value).toFixed(0)} %` : null
    },
    wrong: () => '97 %',
  },
  6: {
    right: async () =>
      `sum(rate(${seriesName(metric.cacheReadInputTokens)}[1m])) / sum(rate(${seriesName(metric.inputTokens)}[1m]))`,
    wrong: () => `sum(rate(${seriesName(metric.outputTokens)}[1m])) / sum(rate(${seriesName(metric.inputTokens)}[1m]))`,
  },
  7: {
    right: async (_evidence, seed) => `${chosen(seed, factors)}`,
    wrong: (seed) => `${2 * chosen(seed, factors)}`,
  },
  8: {
    right: async (evidence, _seed, since) => {
      const { right } = await silentAlert.check('', evidence, since)
      if (right) throw new Error('the broken rule was accepted')
      const text = readFileSync(rules, 'utf8').replace('/ sum(rate(', '/ sum by (gen_ai_tool_name) (rate(')
      writeFileSync(rules, text)
      return ''
    },
  },
  9: {
    right: async () => collectorConditions('loki').find((one) => one.includes('SEVERITY_NUMBER_WARN')) ?? null,
    wrong: () => collectorConditions('loki')[0] ?? '',
  },
  10: {
    right: async (evidence, _seed, since) => {
      const stores = storesOf(evidence)
      const failed = `{service_name="${service.api}"} | ${label(attribute.eventName)}="${event.turn}" | ${label(attribute.outcome)}="failed"`
      for (const { labels } of await stores.logs(failed, since)) {
        const id = labels.trace_id ?? ''
        if (id && (await stores.spans(id)).length === 0) return id
      }
      return null
    },
    wrong: () => 'f'.repeat(32),
  },
}
