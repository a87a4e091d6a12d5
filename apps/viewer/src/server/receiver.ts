import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { decodeLogs, decodeMetrics, decodeSpans } from './otlp.ts'
import type { TelemetryStore } from './telemetry-store.ts'

const unzip = promisify(gunzip)
const maxBodyBytes = 20 * 2 ** 20
const refusal = (statusCode: number, message: string) => Object.assign(new Error(message), { statusCode })

async function decompress(body: Buffer, encoding = 'identity'): Promise<Buffer> {
  if (encoding === 'identity') return body
  if (encoding !== 'gzip') throw refusal(415, `Content-Encoding ${encoding} is not supported; send gzip or none.`)
  return unzip(body, { maxOutputLength: maxBodyBytes }).catch((error: NodeJS.ErrnoException) => {
    const tooLarge = error.code === 'ERR_BUFFER_TOO_LARGE'
    throw refusal(tooLarge ? 413 : 400, `The gzip body cannot be read: ${error.message}.`)
  })
}

/**
 * OTLP/HTTP with JSON bodies: `POST /v1/traces`, `/v1/metrics`, `/v1/logs`.
 * @param onBody is given every body that arrives, decompressed, before it is parsed.
 */
export async function receive(app: FastifyInstance, store: TelemetryStore, onBody?: (body: string) => void) {
  const json = { parseAs: 'buffer', bodyLimit: maxBodyBytes } as const
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', json, async (request: FastifyRequest, body: Buffer) => {
    const text = (await decompress(body, request.headers['content-encoding'])).toString()
    onBody?.(text)
    try {
      return JSON.parse(text)
    } catch (error) {
      throw refusal(400, `The body is not JSON: ${(error as Error).message}.`)
    }
  })
  app.setErrorHandler<Error & { statusCode?: number; code?: string }>((error, request, reply) => {
    const status = error.statusCode ?? 500
    const detail =
      error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE'
        ? `Got ${request.headers['content-type'] ?? 'no content type'}, takes JSON: set OTEL_EXPORTER_OTLP_PROTOCOL=http/json.`
        : error.message
    const problem = { type: 'about:blank', title: 'Telemetry not accepted', status, detail }
    return reply.code(status).type('application/problem+json').send(problem)
  })

  const route = (path: string, accept: (body: unknown) => void) =>
    app.post(path, async (request) => {
      try {
        accept(request.body)
      } catch (error) {
        throw refusal(400, `The body is JSON, but not OTLP: ${(error as Error).message}.`)
      }
      return {}
    })
  route('/v1/traces', (body) => store.addSpans(decodeSpans(body)))
  route('/v1/metrics', (body) => store.addMetrics(decodeMetrics(body)))
  route('/v1/logs', (body) => store.addLogs(decodeLogs(body)))
}
