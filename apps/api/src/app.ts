import helmet from '@fastify/helmet'
import { observeRequests } from '@repo/telemetry/http-server'
import { zeroCounters } from '@repo/telemetry/zero-counters'
import Fastify from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { everybody } from './chat/admission.ts'
import { newest } from './chat/prompt.ts'
import { RunningTurns } from './chat/running-turns.ts'
import type { Config } from './config.ts'
import { Conversations } from './db/conversations.ts'
import { createPool } from './db/database.ts'
import { Messages } from './db/messages.ts'
import { migrate } from './db/migrate.ts'
import { storable } from './db/storable.ts'
import { type Attachments, noAttachments } from './extension-points/attachments.ts'
import { Presence } from './extension-points/presence.ts'
import { noPrices } from './extension-points/prices.ts'
import { type Approve, noTools, type ToolSource } from './extension-points/tools.ts'
import * as features from './features.ts'
import openapi from './openapi/openapi.ts'
import { logOptions, OneLinePerRequest } from './plugins/log-options.ts'
import problems from './plugins/problems.ts'
import visitor from './plugins/visitor.ts'
import { describeError } from './provider/describe-error.ts'
import { Models } from './provider/models.ts'
import { askProviders } from './provider/providers.ts'
import { chatRoutes } from './routes/chat/chat.ts'
import { conversationRoutes } from './routes/conversations/conversations.ts'
import { healthRoutes } from './routes/health/health.ts'
import { modelRoutes } from './routes/models/models.ts'
import { visitorRoutes } from './routes/visitor/visitor.ts'

/** Whichever process holds the conversation's turn is to end it. */
const STOP_CHANNEL = 'chat_stop'
const BODY_LIMIT_BYTES = 1024 * 1024
/** How long running answers may go on after a signal to stop. Compose and Kubernetes give more than this. */
const DRAIN_MS = 5000
/** Then, connections that have not asked anything yet: Node would wait a minute for each. Browsers open some ahead. */
const LINGER_MS = 500

/**
 * Builds the API: plugins and routes, the schema brought up to date, nothing listening. `app.close()` drains.
 * @throws when the database cannot be reached, or the configuration cannot work
 */
export async function buildApp(config: Config) {
  const app = Fastify({
    logger: logOptions(config.logLevel),
    bodyLimit: BODY_LIMIT_BYTES,
    logController: new OneLinePerRequest(),
    return503OnClosing: false, // plugins/problems.ts says it in words
  }).withTypeProvider<ZodTypeProvider>()
  observeRequests(app)
  app.removeContentTypeParser('text/plain') // JSON only: anything else is a 415
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)

  const models = new Models(config.llm, (server) => services.pricesOf(server))
  const pool = createPool(config.databaseUrl, (err) => app.log.warn({ err }, 'an idle database connection broke'))
  const presence = new Presence(pool)
  const running = new RunningTurns()
  const messages = new Messages(pool, describeError)
  const conversations = new Conversations(pool)
  let shuttingDown = false
  app.addHook('preClose', async () => {
    shuttingDown = true
    await running.drain(DRAIN_MS)
    setTimeout(() => app.server.closeAllConnections(), LINGER_MS).unref()
  })
  app.addHook('onClose', () => pool.end())

  await migrate(pool)
  presence.listen(STOP_CHANNEL, (conversationId) => running.stop(conversationId))
  presence.whenDead("message where status = 'streaming'", async (dead) => {
    const closed = await messages.closeOf(dead)
    if (closed > 0) app.log.warn('closed %d answers that a dead process left streaming', closed)
  })

  await app.register(problems, { isShuttingDown: () => shuttingDown })
  await app.register(helmet)
  await app.register(openapi)
  await app.register(visitor, { secret: config.sessionSecret })
  await app.register(healthRoutes, { pingDatabase: () => pool.query('select 1'), isShuttingDown: () => shuttingDown })
  await app.register(modelRoutes, { models })
  await app.register(visitorRoutes)
  const services = {
    ...{ config, pool, models, conversations, messages, running, presence, writer: presence.writer },
    stop: (conversationId: string) => presence.tell(STOP_CHANNEL, conversationId),
    /** Of other servers, by what the log calls them. */
    addresses: new Map(config.llm.servers.map(({ name, baseUrl }) => [`the model server ${name}`, baseUrl])),
    ask: askProviders(config.llm),
    maxToolSteps: config.tools.maxSteps,
    answerGraceMs: config.answerGraceMs,
    // Stand-ins, whose place features take.
    prompt: { text: 'You are a helpful assistant.', version: null as string | null },
    rejoin: async (conversationId: string) => running.rejoin(conversationId),
    admissions: everybody(messages, config.maxContextMessages),
    remember: newest(config.maxContextMessages),
    enter: () => {},
    titleOf: (question: string) => storable(question.trim().slice(0, 60)),
    pricesOf: noPrices,
    toolSources: [] as ToolSource[],
    approve: undefined as Approve | undefined,
    toolbox: noTools,
    attachments: noAttachments as Attachments,
  }
  await app.register(chatRoutes, services)
  await app.register(conversationRoutes, services)
  for (const add of Object.values(features)) await add(app, services)
  await presence.start()
  zeroCounters(models.all())
  return app
}
