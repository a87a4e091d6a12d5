import { stringify } from 'yaml'
import { olderNames } from '../neighbours/older-names.ts'
import { budgetGroup } from './budget.ts'
import { chatGroup } from './chat.ts'
import { links } from './links.ts'
import { pipelineGroup } from './pipeline.ts'
import type { Alert, Group, Recording } from './rule.ts'
import { sloGroups } from './slo.ts'

/** The rules of each file, by its path in the repository. */
const files = {
  'mimir/rules/anonymous/slo.yaml': sloGroups(),
  'mimir/rules/anonymous/chat.yaml': [chatGroup],
  'mimir/rules/anonymous/budget.yaml': [budgetGroup],
  'mimir/rules/anonymous/pipeline.yaml': [pipelineGroup],
  // Where compose mounts one of the other two: rules of the same folder are all that Mimir reads.
  'mimir/rules/anonymous/older-names.yaml': [],
  'mimir/neighbours/off.yaml': [],
  'mimir/neighbours/on.yaml': [olderNames],
} satisfies Record<string, Group[]>

/** Every rule file, by its path in the repository, as Mimir's ruler and promtool read them. */
export function ruleFiles(): Map<string, string> {
  return new Map(
    Object.entries(files).map(([file, groups]) => {
      const content = { groups: groups.map(({ name, rules }) => ({ name, rules: rules.map(toYaml) })) }
      const head =
        '# Generated from packages/dashboards/src/alerts: edit there, then `pnpm --filter @repo/dashboards generate`.\n'
      return [file, head + stringify(content, { lineWidth: 0 })]
    }),
  )
}

/** Every alerting rule; one alert may have several. */
export const alerts: readonly Alert[] = Object.values(files)
  .flat()
  .flatMap(({ rules }) => rules.filter((rule): rule is Alert => 'alert' in rule))

function toYaml(rule: Recording | Alert) {
  return 'record' in rule ? rule : alertingRule(rule)
}

/** As Prometheus has it. */
export function alertingRule(rule: Alert) {
  const { alert, expr, severity, summary, description } = rule
  return {
    alert,
    expr,
    ...(rule.for && { for: rule.for }),
    labels: { severity, ...rule.labels },
    annotations: { summary, description, ...links(rule) },
  }
}
