import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import { service } from './catalogue.ts'

/**
 * Resource attributes of a service. `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` win over what is set here, as
 * the OpenTelemetry specification asks.
 *
 * @param name default `service.name`
 * @param port default port of the service, when `PORT` is not set
 * @param warn gets a sentence for each part of `OTEL_RESOURCE_ATTRIBUTES` that is left out; without a value
 */
export function resourceAttributes(
  name: string,
  port?: number,
  warn: (message: string) => void = () => {},
): Record<string, string> {
  return {
    'service.name': name,
    'service.namespace': service.namespace,
    'service.version': process.env.npm_package_version ?? '0.1.0',
    'service.instance.id': instanceId(name, port),
    'deployment.environment.name': process.env.NODE_ENV ?? 'development',
    ...parse(process.env.OTEL_RESOURCE_ATTRIBUTES, warn),
    ...(process.env.OTEL_SERVICE_NAME ? { 'service.name': process.env.OTEL_SERVICE_NAME } : {}),
  }
}

/**
 * Host and port: two containers or pods differ by their host name, two servers on one host by their port, and a restart
 * continues the same Prometheus series. What listens nowhere, or on any free port, takes the lowest place on its host
 * that no running process has.
 */
function instanceId(name: string, port: number | undefined): string {
  const listening = Number(process.env.PORT || port)
  return `${hostname()}:${listening > 0 ? listening : placeOf(name)}`
}

const MOST_PLACES = 100

/** A file for each place has the process id of who holds it. Without a folder for them, the process id takes its place. */
function placeOf(name: string): number {
  const mine = String(process.pid)
  for (let place = 1; place <= MOST_PLACES; place++) {
    const file = path.join(tmpdir(), `${name}.${place}.pid`)
    try {
      const holder = read(file)
      if (holder === mine) return place
      if (holder !== undefined && isRunning(Number(holder))) continue
      if (holder !== undefined) rmSync(file)
      writeFileSync(file, mine, { flag: 'wx' })
      if (read(file) === mine) return place
    } catch {
      // Another process was faster, or another user's has it.
    }
  }
  return process.pid
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** `key=value,key=value`, both percent-encoded: the format of the OpenTelemetry environment specification. */
function parse(text: string | undefined, warn: (message: string) => void): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const [index, pair] of (text ?? '').split(',').entries()) {
    if (pair.trim() === '') continue
    const at = pair.indexOf('=')
    try {
      const key = decodeURIComponent(pair.slice(0, Math.max(at, 0)).trim())
      if (key === '') throw new Error('no key')
      attributes[key] = decodeURIComponent(pair.slice(at + 1).trim())
    } catch {
      const which = at > 0 ? `"${pair.slice(0, at).trim()}"` : `number ${index + 1}`
      warn(
        `OTEL_RESOURCE_ATTRIBUTES: the attribute ${which} is left out. It must be key=value, with %25 for a percent sign and %2C for a comma.`,
      )
    }
  }
  return attributes
}
