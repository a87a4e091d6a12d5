import { STATUS_CODES } from 'node:http'
import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { problemSchema } from '@repo/contract/problem'
import fp from 'fastify-plugin'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'

type Transform = NonNullable<FastifyDynamicSwaggerOptions['transform']>

const { $schema, ...problem } = z.toJSONSchema(problemSchema)

/** `/docs` and `/openapi.json`, made from the routes' zod schemas. */
export default fp(async (app) => {
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'lgtm-chat-starter API', version: '0.1.0' } },
    transform: withRefusals,
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
})

/** Routes name the refusals that are their own. Those that each request can meet are added here; all are problems. */
const withRefusals: Transform = (route) => {
  const { schema, url } = jsonSchemaTransform(route)
  if (schema.hide) return { schema, url }
  const own = (schema.response ?? {}) as Record<string, { description?: string }>
  const reads = route.route.method !== 'GET' // a body, which can be malformed, too large or of another type
  const input = reads || schema.params || schema.querystring
  const refusals = [
    ...Object.keys(own).filter((status) => status.startsWith('4')),
    ...(input ? [400] : []),
    ...(reads ? [413, 415] : []),
    ...(url.startsWith('/api') ? [500, 503] : []),
  ].map((status) => {
    const description = own[status]?.description ?? STATUS_CODES[status]
    return [status, { description, content: { 'application/problem+json': { schema: problem } } }]
  })
  const response = { ...own, ...Object.fromEntries(refusals) }
  return { schema: { ...schema, response }, url }
}
