import type { Instrumentation } from 'next'

/** Errors of pages and route handlers, with the trace they belong to. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, { routePath, routeType }) => {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { log } = await import('../../server/log.ts')
  const path = request.path.split('?')[0]
  log.error({ err: error, method: request.method, path, route: routePath, routeType }, 'request failed')
}
