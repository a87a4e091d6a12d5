import { STATUS_CODES } from 'node:http'
import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { problemSchema } from '@repo/contract/problem'
import fp from 'fastify-plugin'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { pathOf } from '../plugins/log-options.ts'
import { ProblemError } from '../plugins/problems.ts'

type Transform = NonNullable<FastifyDynamicSwaggerOptions['transform']>

const { $schema, ...problem } = z.toJSONSchema(problemSchema)

/**
 * What there is: `/docs` and `/openapi.json`, made from the routes' zod schemas, and a word about it for whoever asks for
 * something else.
 */
export default fp(async (app) => {
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'lgtm-chat-starter API', version: '0.1.0' } },
    transform: (route) => withRefusals(route, app.visitors.refusals(route.url, String(route.route.method))),
  })
  const routes: { path: RegExp; method: string }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    const path = new RegExp(`^${url.replaceAll(/:\w+/g, '[^/]+').replaceAll('*', '.*')}$`)
    for (const one of [method].flat()) routes.push({ path, method: one })
  })
  const { nothingAt } = app
  app.nothingAt = (request, reply) => {
    const { status, message } = nothingAt(request)
    const detail = `${message} GET /docs lists what there is.`
    const path = pathOf(request.url)
    const allowed = new Set(routes.flatMap((route) => (route.path.test(path) ? route.method : [])))
    if (!reply || allowed.size === 0) return new ProblemError(status, 'not-found', detail)
    const methods = [...allowed].join(', ')
    reply.header('allow', methods)
    return new ProblemError(405, 'method-not-allowed', `${detail} Here: ${methods}.`)
  }
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
})

/** Routes name the refusals that are their own. Those that each request can meet are added here; all are problems. */
const withRefusals = (route: Parameters<Transform>[0], ofVisitors: readonly number[]): ReturnType<Transform> => {
  const { schema, url } = jsonSchemaTransform(route)
  if (schema.hide) return { schema, url }
  const own = (schema.response ?? {}) as Record<string, { description?: string }>
  const reads = route.route.method !== 'GET' // a body, which can be malformed, too large or of another type
  const input = reads || schema.params || schema.querystring
  const refusals = [
    ...Object.keys(own).filter((status) => status.startsWith('4')),
    ...(input ? [400] : []),
    ...(reads ? [413, 415] : []),
    ...(url.startsWith('/api') ? [500, 503, ...ofVisitors] : []),
  ].map((status) => {
    const description = own[status]?.description ?? STATUS_CODES[status]
    return [status, { description, content: { 'application/problem+json': { schema: problem } } }]
  })
  const response = { ...own, ...Object.fromEntries(refusals) }
  return { schema: { ...schema, response }, url }
}
