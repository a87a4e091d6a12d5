import { type Context, context, propagation, trace } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { attribute } from './catalogue.ts'
import { instruments } from './instruments.ts'

export interface McpRequest {
  /** `mcp.method.name`: `tools/call`, `tools/list`, `ping` or `server/discover`. */
  readonly method: string
  /** As the configuration names it. */
  readonly server: string
  /** Of a call: the name that the model knows. */
  readonly tool?: string
  /** `pipe` for stdio, `tcp` for HTTP. */
  readonly transport: 'pipe' | 'tcp'
  readonly sessionId?: string | undefined
  readonly protocolVersion?: string | undefined
}

/**
 * One request to an MCP server: `mcp.client.operation.duration`, and the MCP attributes on the active span. The
 * conventions want a span of their own for it, unless one of GenAI covers the call already, as `execute_tool` does.
 */
export class McpOperation {
  readonly #request: McpRequest
  readonly #startMs = performance.now()
  /** For `params._meta`: the trace goes on in the server (SEP-414). No baggage leaves the house. */
  readonly meta: Record<string, string> = {}

  constructor(request: McpRequest) {
    this.#request = request
    const { method, server, transport, sessionId, protocolVersion } = request
    trace.getActiveSpan()?.setAttributes({
      [attribute.mcpMethod]: method,
      [attribute.mcpServer]: server,
      [attribute.networkTransport]: transport,
      ...(sessionId && { [attribute.mcpSessionId]: sessionId }),
      ...(protocolVersion && { [attribute.mcpProtocolVersion]: protocolVersion }),
    })
    propagation.inject(propagation.deleteBaggage(context.active()), this.meta)
  }

  /** To be called once. @param errorType absent if it worked */
  end(errorType?: string): void {
    const { method, server, tool } = this.#request
    instruments().mcpOperationDuration.record((performance.now() - this.#startMs) / 1000, {
      [attribute.mcpMethod]: method,
      [attribute.mcpServer]: server,
      ...(tool && { [attribute.toolName]: tool }),
      ...(errorType && { [attribute.errorType]: errorType }),
    })
  }
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
