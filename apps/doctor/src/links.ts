import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'

const file = path.join(import.meta.dirname, '../../../grafana/provisioning/datasources/datasources.yaml')

/** What the provisioned data sources say about the ways between them. */
export interface Links {
  readonly traceToLogs: { query: string; tags: { key: string; value: string }[] }
  readonly logToTrace: { label: string; url: string }
  readonly exemplarLabel: string
}

/** Reads the links from the files that Grafana is provisioned with, so that what is tested is what people click. */
export function readLinks(): Links {
  // biome-ignore lint/suspicious/noExplicitAny: a file of Grafana's, read for a few of its keys
  const { datasources } = parse(readFileSync(file, 'utf8')) as { datasources: { uid: string; jsonData: any }[] }
  const data = (uid: string) => datasources.find((source) => source.uid === uid)?.jsonData ?? {}
  // `$$` is how a provisioning file writes `$`.
  const plain = (template: string) => template.replaceAll('$$', '$')
  const { query, tags } = data('tempo').tracesToLogsV2
  const [field] = data('loki').derivedFields
  const [exemplar] = data('mimir').exemplarTraceIdDestinations
  return {
    traceToLogs: { query: plain(query), tags },
    logToTrace: { label: field.matcherRegex, url: plain(field.url) },
    exemplarLabel: exemplar.name,
  }
}
