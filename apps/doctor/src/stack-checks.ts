import { eventually } from '@repo/stores/eventually'
import { get, getJson } from '@repo/stores/http'
import type { StoreAddresses, Stores } from '@repo/stores/stores'
import { attribute, service, spanName } from '@repo/telemetry/catalogue'
import { checkBoards } from './board-queries.ts'
import { type Canary, traceIdOf } from './canary.ts'
import type { Check } from './check.ts'
import { readLinks } from './links.ts'

/** Follows the canary through Alloy into Tempo, Loki and Mimir, and along the links between them. */
export async function stackChecks(
  at: StoreAddresses & { alloy: string },
  stores: Stores,
  canary: Canary,
): Promise<Check[]> {
  const logs = (name: string) => `Look at \`docker compose logs ${name}\`.`
  const delivery = (store: string) =>
    `Does ${store} refuse it, or does Alloy not deliver? \`docker compose logs ${store} alloy\`; the queues of Alloy: ${at.alloy}/graph.`
  const links = readLinks()
  const aroundTurn = () => canary.endedAt - 600_000
  const turns = async () => (await stores.metrics('sum(chat_turns_total)'))[0]?.value ?? 0
  // Taken before the turn: a store that only remembers an earlier one has not got this one.
  const turnsBefore = await turns().catch(() => 0)

  return [
    {
      name: 'Grafana',
      hint: `Start it: \`docker compose up -d grafana\`. Meanwhile the stores are asked directly. ${logs('grafana')}`,
      run: async () => {
        await get(`${at.grafana}/api/health`)
        return `answers at ${at.grafana}; the stores are asked through its data sources`
      },
    },
    {
      name: 'Alloy',
      hint: `Start it: \`docker compose up -d alloy\`. Without it the chat goes on, and its telemetry is lost. ${logs('alloy')}`,
      run: async () => {
        await get(`${at.alloy}/-/ready`)
        const components = await getJson<{ localID: string; health: { state: string; message: string } }[]>(
          `${at.alloy}/api/v0/web/components`,
        )
        const ill = components.find(({ health }) => health.state === 'unhealthy')
        if (ill) throw new Error(`component ${ill.localID} is unhealthy: ${ill.health.message}`)
        return `ready, ${components.length} components healthy`
      },
    },
    ready('Tempo', `${at.tempo}/ready`),
    ready('Loki', `${at.loki}/ready`),
    ready('Mimir', `${at.mimir}/ready`),
    {
      name: 'trace by id',
      needs: ['model', 'Alloy', 'Tempo'],
      hint: delivery('tempo'),
      run: async () => {
        const id = traceIdOf(canary)
        const spans = await eventually(async () => {
          const found = await stores.spans(id)
          const services = new Set(found.map((span) => span.service))
          const turn = found.some(({ name }) => name === spanName.turn)
          return services.has(service.web) && services.has(service.api) && turn && found
        }, `trace ${id} of ${service.web} and ${service.api} has not arrived`)
        return `${spans.length} spans of trace ${id}`
      },
    },
    {
      name: 'trace by search',
      needs: ['trace by id'],
      hint: `It is found by id, but not by search? \`query_frontend.query_end_cutoff\` and \`live_store\` in tempo/tempo.yaml. ${logs('tempo')}`,
      run: async () => {
        const id = traceIdOf(canary)
        const query = `{ span.${attribute.conversationId} = "${canary.conversationId}" }`
        await eventually(async () => (await stores.search(query)).includes(id), `${query} finds nothing`)
        return `found by its conversation, ${since(canary)} after the turn`
      },
    },
    {
      name: 'logs',
      needs: ['model', 'Alloy', 'Loki'],
      hint: delivery('loki'),
      run: async () => {
        const id = traceIdOf(canary)
        const query = `{service_name=~"${service.web}|${service.api}"} | trace_id="${id}"`
        const lines = await eventually(async () => {
          const found = await stores.logs(query, aroundTurn())
          return new Set(found.map(({ labels }) => labels.service_name)).size === 2 && found
        }, `${query} does not find lines of both`)
        return `${lines.length} lines with the trace's id`
      },
    },
    {
      name: 'metrics',
      needs: ['model', 'Alloy', 'Mimir'],
      hint: `${delivery('mimir')} A name without \`_total\`: otel_metric_suffixes_enabled in mimir/mimir.yaml.`,
      run: async () => {
        traceIdOf(canary)
        const count = await eventually(
          async () => ((await turns()) > turnsBefore ? turns() : null),
          `chat_turns_total is still ${turnsBefore}, as before the turn`,
        )
        const [tokens] = await stores.metrics('sum(gen_ai_client_inference_usage_output_tokens_total)')
        return `${count} turns, ${tokens?.value ?? 0} output tokens`
      },
    },
    {
      name: 'span metrics',
      needs: ['Tempo', 'Mimir'],
      hint: "They come from Tempo's metrics generator: metrics_generator and overrides in tempo/tempo.yaml.",
      run: async () => {
        const query = `sum(traces_spanmetrics_calls_total{service="${service.api}"})`
        const calls = await eventually(async () => (await stores.metrics(query))[0]?.value, `${query} is empty`, 60_000)
        return `${calls} spans counted`
      },
    },
    {
      name: 'trace to logs',
      needs: ['logs'],
      hint: 'tracesToLogsV2 in grafana/provisioning/datasources/datasources.yaml does not fit what Loki has.',
      run: async () => {
        const { query, tags } = links.traceToLogs
        const labels = tags
          .map(({ key, value }) => (key === 'service.name' ? `${value}="${service.api}"` : ''))
          .filter(Boolean)
        const values: Record<string, string> = { __tags: labels.join(', '), '__trace.traceId': traceIdOf(canary) }
        const resolved = query.replaceAll(/\$\{([\w.]+)\}/g, (whole, name: string) => values[name] ?? whole)
        const found = await eventually(
          () => stores.logs(resolved, aroundTurn()).then((all) => all.length),
          `${resolved} finds nothing`,
        )
        return `${found} lines by ${resolved}`
      },
    },
    {
      name: 'log to trace',
      needs: ['logs', 'trace by id'],
      hint: 'derivedFields in grafana/provisioning/datasources/datasources.yaml does not fit what Loki has.',
      run: async () => {
        const lines = await stores.logs(
          `{service_name="${service.api}"} | trace_id="${traceIdOf(canary)}"`,
          aroundTurn(),
        )
        const id = lines[0]?.labels[links.logToTrace.label]
        if (!id) throw new Error(`the lines have no ${links.logToTrace.label}`)
        if ((await stores.spans(id)).length === 0) throw new Error(`Tempo has no trace ${id}`)
        return `${links.logToTrace.label} leads to trace ${id}`
      },
    },
    {
      name: 'exemplar to trace',
      needs: ['span metrics'],
      hint: 'Exemplars need max_global_exemplars_per_user in mimir/mimir.yaml and send_exemplars and trace_id_label_name in tempo/tempo.yaml.',
      run: async () => {
        const id = await eventually(
          async () =>
            (
              await stores.exemplars('traces_spanmetrics_latency_bucket', links.exemplarLabel, Date.now() - 3600_000)
            ).at(-1),
          `traces_spanmetrics_latency_bucket has no exemplar with a ${links.exemplarLabel}`,
          60_000,
        )
        const padded = id.padStart(32, '0')
        await eventually(async () => (await stores.spans(padded)).length, `Tempo has no trace ${padded}`)
        return `${links.exemplarLabel} leads to trace ${padded}`
      },
    },
    {
      name: 'boards',
      needs: ['Tempo', 'Loki', 'Mimir'],
      hint: 'Where should its data come from? docs/panels.md lists every query; `npm run boards` asks them one by one.',
      run: () => checkBoards(stores),
    },
  ]
}

function ready(name: string, url: string): Check {
  const service = name.toLowerCase()
  return {
    name,
    hint: `Start it: \`docker compose up -d ${service}\`. Does it come and go? \`docker compose logs ${service}\`. What it misses waits in Alloy's queue.`,
    run: async () => {
      await get(url)
      return `ready at ${url}`
    },
  }
}

const since = ({ endedAt }: Canary) => `${((Date.now() - endedAt) / 1000).toFixed(1)} s`
