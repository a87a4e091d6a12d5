import { hostname } from 'node:os'
import { service } from './catalogue.ts'

/**
 * Resource attributes of a service. `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` win over what is set here, as
 * the OpenTelemetry specification asks.
 *
 * `service.instance.id` is host and port rather than a random value: a restart continues the same Prometheus series
 * instead of starting new ones, and two processes on one host do not overwrite each other's counters.
 *
 * @param name default `service.name`
 * @param port default port of the service, when `PORT` is not set
 */
export function resourceAttributes(name: string, port?: number): Record<string, string> {
  const portText = process.env.PORT ?? port?.toString()
  return {
    'service.name': name,
    'service.namespace': service.namespace,
    'service.version': process.env.npm_package_version ?? '0.1.0',
    'service.instance.id': portText ? `${hostname()}:${portText}` : hostname(),
    'deployment.environment.name': process.env.NODE_ENV ?? 'development',
    ...parse(process.env.OTEL_RESOURCE_ATTRIBUTES),
    ...(process.env.OTEL_SERVICE_NAME ? { 'service.name': process.env.OTEL_SERVICE_NAME } : {}),
  }
}

/** `key=value,key=value`, percent-encoded: the format of the OpenTelemetry environment specification. */
function parse(text: string | undefined): Record<string, string> {
  const entries = (text ?? '').split(',').flatMap((pair) => {
    const at = pair.indexOf('=')
    return at > 0 ? [[pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())] as const] : []
  })
  return Object.fromEntries(entries)
}
