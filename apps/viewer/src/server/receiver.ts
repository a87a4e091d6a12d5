import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { decodeLogs, decodeMetrics, decodeSpans } from './otlp.ts'
import type { TelemetryStore } from './telemetry-store.ts'

const unzip = promisify(gunzip)
const maxBodyBytes = 20 * 2 ** 20

const problem = (reply: FastifyReply, status: number, title: string, detail: string) =>
  reply.code(status).type('application/problem+json').send({ type: 'about:blank', title, status, detail })

class ReceiverError extends Error {
  readonly statusCode: number
  constructor(statusCode: number, message: string) {
    super(message)
    this.statusCode = statusCode
  }
}

async function decompress(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return body
  if (encoding !== 'gzip')
    throw new ReceiverError(415, `Content-Encoding ${encoding} is not supported; send gzip or none.`)
  return unzip(body, { maxOutputLength: maxBodyBytes }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_BUFFER_TOO_LARGE')
      throw new ReceiverError(413, `The body is larger than ${maxBodyBytes} bytes when decompressed.`)
    throw new ReceiverError(400, `The body is not gzip: ${error.message}.`)
  })
}

/**
 * OTLP/HTTP with JSON bodies: `POST /v1/traces`, `/v1/metrics`, `/v1/logs`.
 * @param onBody is given every body that arrives, decompressed, before it is parsed.
 */
export async function receive(app: FastifyInstance, store: TelemetryStore, onBody?: (body: string) => void) {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: maxBodyBytes },
    async (request: FastifyRequest, body: Buffer) => {
      const text = (await decompress(body, request.headers['content-encoding'])).toString()
      onBody?.(text)
      try {
        return JSON.parse(text)
      } catch (error) {
        throw new ReceiverError(400, `The body is not JSON: ${(error as Error).message}.`)
      }
    },
  )
  app.setErrorHandler<Error & { statusCode?: number }>((error, request, reply) => {
    const status = error.statusCode ?? 500
    if (status !== 415) return problem(reply, status, 'Telemetry not accepted', error.message)
    const sent = request.headers['content-type'] ?? 'no content type'
    const fix = `This receiver takes JSON and got ${sent}: set OTEL_EXPORTER_OTLP_PROTOCOL=http/json.`
    return problem(reply, 415, 'Unsupported media type', error instanceof ReceiverError ? error.message : fix)
  })

  const route = (path: string, accept: (body: unknown) => void) =>
    app.post(path, async (request) => {
      try {
        accept(request.body)
      } catch (error) {
        throw new ReceiverError(400, `The body is JSON, but not OTLP: ${(error as Error).message}.`)
      }
      return {}
    })
  route('/v1/traces', (body) => store.addSpans(decodeSpans(body)))
  route('/v1/metrics', (body) => store.addMetrics(decodeMetrics(body)))
  route('/v1/logs', (body) => store.addLogs(decodeLogs(body)))
}
