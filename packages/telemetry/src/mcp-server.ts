import { type Context, context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { attribute, errorType } from './catalogue.ts'
import { tracer } from './scope.ts'

/**
 * One call of a tool that another process makes: the SERVER span `tools/call {tool}` of the MCP conventions, in the trace
 * that came with the request (SEP-414). Its parent is the caller's `execute_tool`, which has counted the call already.
 *
 * @param tool one that exists
 * @param meta `_meta` of the request
 */
export function servedToolCall<T>(tool: string, meta: object | undefined, run: () => Promise<T>): Promise<T> {
  const parent = propagation.extract(ROOT_CONTEXT, meta ?? {})
  const attributes = { [attribute.mcpMethod]: 'tools/call', [attribute.toolName]: tool }
  return within(`tools/call ${tool}`, SpanKind.SERVER, attributes, run, parent)
}

/**
 * One question to a store of telemetry: a CLIENT span with the query as it is sent.
 *
 * @param query of ours: nothing that people or models wrote may be part of it
 */
export function storeQuery<T>(store: string, query: string, run: () => Promise<T>): Promise<T> {
  const attributes = { 'db.system.name': store, 'db.operation.name': 'query', 'db.query.text': query }
  return within(`${store} query`, SpanKind.CLIENT, attributes, run)
}

function within<T>(
  name: string,
  kind: SpanKind,
  attributes: Record<string, string>,
  run: () => Promise<T>,
  parent: Context = context.active(),
): Promise<T> {
  return tracer().startActiveSpan(name, { kind, attributes }, parent, async (span) => {
    try {
      return await run()
    } catch (error) {
      span.setAttribute(attribute.errorType, errorType.tool).setStatus({ code: SpanStatusCode.ERROR })
      throw error
    } finally {
      span.end()
    }
  })
}
