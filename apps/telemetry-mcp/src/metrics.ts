import { libraryMetric, type MetricDefinition, metric } from '@repo/telemetry/catalogue'

const seconds = (name: string, description: string, attributes: readonly string[]): MetricDefinition => ({
  ...{ name, kind: 'histogram', unit: 's', description, attributes },
})

/** Everything that can be asked for, by its name in the catalogue. */
export const definitions: ReadonlyMap<string, MetricDefinition> = new Map(
  [
    ...Object.values(metric),
    seconds(libraryMetric.httpServerDuration, 'Requests to our servers.', ['http.route', 'http.response.status_code']),
    seconds(libraryMetric.httpClientDuration, 'Requests of our servers.', ['server.address', 'error.type']),
    seconds(libraryMetric.dbClientDuration, 'Statements of the database.', ['db.operation.name', 'error.type']),
  ].map((one) => [one.name, one]),
)
