import { type Attributes, type Context, context, propagation, trace } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { attribute, errorType, operation } from './catalogue.ts'
import { type Ending, endingAttributes } from './ending.ts'
import { instruments } from './instruments.ts'

export interface McpServer {
  /** As the configuration names it. */
  readonly name: string
  /** Of one that is reached over HTTP; undefined: a program, by stdio. */
  readonly url?: URL | undefined
}

/**
 * A connection to an MCP server: `mcp.client.session.duration`, and of each request `mcp.client.operation.duration` and
 * the MCP attributes on the active span. The conventions want a span of its own for a request, unless one of GenAI
 * covers the call already, as `execute_tool` does.
 */
export class McpSession {
  readonly #startMs = performance.now()
  readonly #attributes: Attributes
  #ended = false

  /** To be made when the connection stands. @param protocolVersion the negotiated one */
  constructor({ name, url }: McpServer, protocolVersion: string | undefined) {
    this.#attributes = Object.freeze({
      [attribute.mcpServer]: name,
      [attribute.networkTransport]: url ? 'tcp' : 'pipe',
      ...(protocolVersion && { [attribute.mcpProtocolVersion]: protocolVersion }),
      ...(url && {
        [attribute.networkProtocolName]: 'http',
        [attribute.serverAddress]: url.hostname,
        [attribute.serverPort]: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
      }),
    })
  }

  /**
   * @param method `mcp.method.name`: `tools/call`, `tools/list`, `ping` or `server/discover`
   * @param tool of a call: the name that the server gave it
   */
  operation(method: string, sessionId: string | undefined, tool?: string): McpOperation {
    const request = {
      [attribute.mcpMethod]: method,
      ...this.#attributes,
      ...(tool && { [attribute.operationName]: operation.executeTool, [attribute.toolName]: tool }),
    }
    return new McpOperation(request, sessionId)
  }

  /** A second call does nothing. @param errorType absent if it was closed on purpose */
  end(errorType?: string): void {
    if (this.#ended) return
    this.#ended = true
    const attributes = { ...this.#attributes, ...endingAttributes({ errorType }) }
    instruments().mcpSessionDuration.record((performance.now() - this.#startMs) / 1000, attributes)
  }
}

export interface McpEnding extends Ending {
  /** Of a JSON-RPC error that the server answered with. */
  readonly code?: number | undefined
}

class McpOperation {
  readonly #request: Attributes
  readonly #startMs = performance.now()
  /** For `params._meta`: the trace goes on in the server (SEP-414). No baggage leaves the house. */
  readonly meta: Record<string, string> = {}

  constructor(request: Attributes, sessionId: string | undefined) {
    this.#request = request
    // The span is that of the tool, and keeps the name that the model knows.
    const { [attribute.operationName]: _, [attribute.toolName]: __, ...attributes } = request
    trace.getActiveSpan()?.setAttributes({ ...attributes, ...(sessionId && { [attribute.mcpSessionId]: sessionId }) })
    propagation.inject(propagation.deleteBaggage(context.active()), this.meta)
  }

  /** To be called once. */
  end({ code, ...ended }: McpEnding = {}): void {
    if (code !== undefined) trace.getActiveSpan()?.setAttribute(attribute.rpcStatusCode, String(code))
    instruments().mcpOperationDuration.record((performance.now() - this.#startMs) / 1000, {
      ...this.#request,
      ...endingAttributes(ended),
      ...(code !== undefined && { [attribute.rpcStatusCode]: rpcErrorType(code) }),
    })
  }
}

/** `error.type` of a JSON-RPC error: its code, if it is one of those that the protocol reserves; a label stays bounded. */
export function rpcErrorType(code: number): string {
  return Number.isInteger(code) && code >= -32_768 && code <= -32_000 ? String(code) : errorType.other
}

/** A request goes out, in the context of what it is for. */
export function sentMcpRequest(id: string | number): void {
  trace.getActiveSpan()?.setAttribute(attribute.jsonrpcRequestId, String(id))
}

/** Reports `chat.mcp.server.up` of each server as long as the process lives. */
export function observeMcpServers(servers: () => Iterable<{ name: string; up: boolean }>): void {
  instruments().mcpServerUp.addCallback((result) => {
    for (const { name, up } of servers()) result.observe(up ? 1 : 0, { [attribute.mcpServer]: name })
  })
}

/** For what goes on in the background all the time: its HTTP requests make no traces. */
export function untraced(): Context {
  return suppressTracing(context.active())
}
