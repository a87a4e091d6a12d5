import { context } from '@opentelemetry/api'
import { errorType } from '@repo/telemetry/catalogue'
import { ToolExecution } from '@repo/telemetry/tool'
import { storableJson } from '../db/storable.ts'
import type { Tool, ToolCall, ToolResult, ToolRun } from '../extension-points/tools.ts'
import { placeOf } from '../plugins/log-options.ts'
import { ToolError } from './tool.ts'

/** The longest that a model's answer waits for a tool, in milliseconds. */
const TIMEOUT_MS = 30_000
/** What a tool may tell the model: about 10,000 tokens, paid for with every call that follows. */
const MAX_OUTPUT_CHARS = 40_000

interface TimedRun extends ToolRun {
  readonly timeoutMs?: number
}

/**
 * Runs one tool call as one `execute_tool` span. Never rejects: whatever goes wrong is an answer to the model.
 * @param tool undefined: the model called one that does not exist
 */
export async function runTool(tool: Tool | undefined, call: ToolCall, run: TimedRun): Promise<ToolResult> {
  const execution = new ToolExecution({
    name: tool?.name ?? errorType.other,
    type: tool?.type ?? 'function',
    callId: call.id,
    conversationId: run.conversationId,
    input: JSON.stringify(call.input),
  })
  try {
    const output = bounded(await context.with(execution.context, () => runInTime(tool, call, run)))
    return { output, durationMs: execution.end({ output: JSON.stringify(output) }) }
  } catch (error) {
    const cancelled = run.signal.aborted
    const known = error instanceof ToolError
    if (!known && !cancelled) run.log.error(placeOf(error), 'the tool %s failed unexpectedly', tool?.name)
    const message = known ? error.message : 'The tool failed.'
    const errorText = cancelled ? 'stopped' : String(bounded(message))
    const type = cancelled ? errorType.cancelled : known ? error.type : errorType.tool
    const durationMs = execution.end({ errorType: type, isError: !cancelled, error, output: errorText })
    return { errorText, durationMs }
  }
}

async function runInTime(
  tool: Tool | undefined,
  { name, input }: ToolCall,
  { conversationId, signal, timeoutMs = TIMEOUT_MS }: TimedRun,
): Promise<unknown> {
  if (!tool) throw new ToolError(`There is no tool "${name}".`, errorType.toolInput)
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new ToolError('The input is not a JSON object.', errorType.toolInput)
  }
  const timeout = AbortSignal.timeout(timeoutMs)
  const limit = AbortSignal.any([signal, timeout])
  limit.throwIfAborted()
  // Raced, because a tool need not look at the signal.
  const ended = Promise.withResolvers<never>()
  limit.addEventListener(
    'abort',
    () =>
      ended.reject(
        timeout.aborted
          ? new ToolError(`The tool did not answer within ${timeoutMs / 1000} s.`, errorType.toolTimeout)
          : signal.reason,
      ),
    { once: true },
  )
  return Promise.race([tool.run(input as Record<string, unknown>, limit, conversationId), ended.promise])
}

/** The output as it may be stored; cut, as text, where it is too long. */
function bounded(output: unknown): unknown {
  const stored = storableJson(output)
  const text = typeof stored === 'string' ? stored : JSON.stringify(stored)
  if (text.length <= MAX_OUTPUT_CHARS) return stored
  return `${text.slice(0, MAX_OUTPUT_CHARS).toWellFormed()}\n[cut: ${text.length - MAX_OUTPUT_CHARS} more characters]`
}
