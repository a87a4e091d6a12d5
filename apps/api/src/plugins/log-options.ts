import { type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { destination } from 'pino'

/**
 * pino options of the service. Only named fields of errors and requests are written: an error's other properties
 * (`detail` of PostgreSQL) and a URL's query can hold what people typed.
 */
export function logOptions(level: string) {
  return {
    level,
    // At once: Fastify would give each line to a thread, whose waking costs more than the write, and a crash loses it.
    stream: destination({ dest: 1, sync: true }),
    serializers: {
      err: (error: (Error & { code?: string }) | undefined) => {
        const { message = '', code = '', stack = '' } = error ?? {}
        return { type: error?.constructor?.name ?? 'Error', message, code, stack }
      },
      req: ({ method, url }: { method: string; url: string }) => ({ method, path: pathOf(url) }),
    },
  }
}

/** Logs a request when it is over, with what was asked and what came of it, in place of Fastify's two lines. */
export class OneLinePerRequest extends LogController {
  override incomingRequest(): void {}

  override requestCompleted(_error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    // An error has had its own line, from the error handler.
    const line = { req: request, res: reply, responseTime: reply.elapsedTime }
    request.log.info(line, '%s %s %d', request.method, pathOf(request.url), reply.statusCode)
  }
}

/** Of a URL, without what people typed. */
export function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? ''
}

/** For the log, of an error whose message may quote what people or models wrote: where it happened, not what it says. */
export function placeOf(error: unknown): { type: string; stack: string } {
  const known = error instanceof Error ? error : new Error()
  const frames = known.stack?.split('\n').filter((line) => line.startsWith('    at '))
  return { type: known.constructor.name, stack: frames?.join('\n') ?? '' }
}
