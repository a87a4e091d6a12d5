import helmet from '@fastify/helmet'
import { zeroCounters } from '@repo/telemetry/zero-counters'
import Fastify from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { RunningTurns } from './chat/running-turns.ts'
import type { Config } from './config.ts'
import { Budgets } from './db/budgets.ts'
import { Conversations } from './db/conversations.ts'
import { createDatabase, createPool } from './db/database.ts'
import { FeedbackStore } from './db/feedback.ts'
import { Messages } from './db/messages.ts'
import { migrate } from './db/migrate.ts'
import { ProcessPresence } from './db/process-presence.ts'
import { usageOf } from './db/usage.ts'
import { Limits } from './limits/limits.ts'
import { McpServers } from './mcp/mcp-servers.ts'
import { readMcpServersFile } from './mcp/mcp-servers-file.ts'
import { logOptions, OneLinePerRequest } from './plugins/log-options.ts'
import openapi from './plugins/openapi.ts'
import problems from './plugins/problems.ts'
import visitor from './plugins/visitor.ts'
import { PriceTable } from './prices/price.ts'
import { readPricesFile } from './prices/price-file.ts'
import { describeError } from './provider/describe-error.ts'
import { LOOPBACK_IN_CONTAINER, leadsIntoContainer } from './provider/loopback-in-container.ts'
import { Provider } from './provider/provider.ts'
import { chatRoutes } from './routes/chat/chat.ts'
import { conversationRoutes } from './routes/conversations/conversations.ts'
import { feedbackRoutes } from './routes/feedback/feedback.ts'
import { healthRoutes } from './routes/health/health.ts'
import { modelRoutes } from './routes/models/models.ts'
import { usageRoutes } from './routes/usage/usage.ts'
import { Toolbox } from './tools/toolbox.ts'

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
  }).withTypeProvider<ZodTypeProvider>()
  app.removeContentTypeParser('text/plain') // JSON only: anything else is a 415
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)

  const prices = new PriceTable(config.llm.baseUrl, readPricesFile(config.llm.pricesFile))
  const pool = createPool(config.databaseUrl, (err) => app.log.warn({ err }, 'an idle database connection broke'))
  const presence = new ProcessPresence(config.databaseUrl, app.log)
  const running = new RunningTurns()
  const mcpFile = readMcpServersFile(config.tools.mcpServersFile, process.env)
  const mcpServers = new McpServers(mcpFile, app.log)
  const messages = new Messages(pool, describeError)
  const conversations = new Conversations(createDatabase(pool))
  const { dailyUsd, dailyUsdPerVisitor } = config.limits
  const budgets = new Budgets(pool, presence.writer, { everybody: dailyUsd, visitor: dailyUsdPerVisitor })
  const limits = new Limits(budgets, config, prices)
  for (const warning of limits.warnings()) app.log.warn(warning)
  const outside = [...mcpFile.servers].flatMap(([name, options]) =>
    'url' in options ? [[name, options.url.href]] : [],
  )
  for (const [name, url = ''] of [['OPENAI_BASE_URL', config.llm.baseUrl], ...outside])
    if (leadsIntoContainer(url)) app.log.warn('%s: %s', name, LOOPBACK_IN_CONTAINER)

  let shuttingDown = false
  app.addHook('preClose', async () => {
    shuttingDown = true
    await running.drain(DRAIN_MS)
    setTimeout(() => app.server.closeAllConnections(), LINGER_MS).unref()
  })
  app.addHook('onClose', async () => {
    await mcpServers.close()
    await presence.stop()
    await pool.end()
  })

  if (config.tools.enabled) mcpServers.start()
  await migrate(pool)
  await presence.start()
  presence.on('stop', (conversationId) => running.stop(conversationId))
  const abandoned = await presence.closeAbandoned(pool)
  if (abandoned > 0) app.log.warn('closed %d answers that a dead process left streaming', abandoned)
  await budgets.releaseAbandoned()
  await conversations.purge()
  app.addHook('onClose', limits.observe())
  zeroCounters(
    config.llm.models.map((model) => ({
      provider: config.llm.provider,
      model,
      costSource: prices.source(model, config.llm.provider),
    })),
  )

  await app.register(problems)
  await app.register(helmet)
  await app.register(openapi)
  await app.register(visitor, { secret: config.sessionSecret })
  await app.register(healthRoutes, { pingDatabase: () => pool.query('select 1'), isShuttingDown: () => shuttingDown })
  await app.register(modelRoutes, { llm: config.llm, prices })
  await app.register(chatRoutes, {
    config,
    limits,
    services: {
      provider: new Provider(config.llm, prices),
      toolbox: new Toolbox(config.tools.enabled, mcpServers),
      maxToolSteps: config.tools.maxSteps,
      messages,
      running,
      writer: presence.writer,
    },
  })
  await app.register(conversationRoutes, {
    models: config.llm.models,
    conversations,
    messages,
    requestStop: (conversationId) => presence.requestStop(pool, conversationId),
  })
  await app.register(feedbackRoutes, { feedback: new FeedbackStore(pool) })
  await app.register(usageRoutes, { limits, usageOf: (visitorId) => usageOf(pool, visitorId) })
  return app
}
