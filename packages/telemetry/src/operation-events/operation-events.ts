import type { Attributes, Span } from '@opentelemetry/api'
import { type AnyValueMap, SeverityNumber } from '@opentelemetry/api-logs'
import { attribute, event } from '../catalogue.ts'
import type { CallFeature, InferenceRequest, InferenceResult, InferenceWatch, ToolWatch } from '../model-call.ts'
import { redacted } from '../redacted.ts'
import { logger } from '../scope.ts'
import { inputMessages, OutputMessage, systemInstructions, toolDefinitions } from './message-parts.ts'

/** Whether prompts and answers go into telemetry. Off unless asked for, as the GenAI conventions want. */
const capturesContent = () => process.env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT === 'true'
/** The details of a call are an event at DEBUG: without content it says what the span says. */
const debugs = () => /^(debug|trace)$/.test(process.env.LOG_LEVEL ?? '')

/**
 * Content of model and tool calls on their spans, if it is asked for, and the events of the conventions: the details of
 * a model call, and what a call failed with.
 */
export const operationEvents: CallFeature = {
  inference: (request, span) => new InferenceEvents(request, span),
  tool: (span, input) => new ToolEvents(span, input),
}

class InferenceEvents implements InferenceWatch {
  readonly #span: Span
  readonly #input: AnyValueMap
  readonly #output = capturesContent() ? new OutputMessage() : undefined
  readonly content: InferenceWatch['content']

  constructor({ messages, tools }: InferenceRequest, span: Span) {
    this.#span = span
    this.#input = this.#output
      ? {
          [attribute.systemInstructions]: systemInstructions(messages),
          [attribute.inputMessages]: inputMessages(messages),
          ...(tools.length > 0 && { [attribute.toolDefinitions]: toolDefinitions(tools) }),
        }
      : {}
    span.setAttributes(asJson(this.#input))
    this.content = this.#output && ((events) => this.#output?.add(events))
  }

  end({ error, refusal }: InferenceResult, attributes: Attributes): void {
    const output = this.#output && { [attribute.outputMessages]: this.#output.get() }
    if (output) this.#span.setAttributes(asJson(output))
    if (output || debugs()) {
      const details = { ...(attributes as AnyValueMap), ...this.#input, ...output }
      emit(event.inferenceDetails, SeverityNumber.DEBUG, details)
    }
    const type = attributes[attribute.errorType]
    // Its message says what the type does; what the provider said is redacted where it is read.
    const message = refusal?.[attribute.providerErrorMessage] ?? type
    if (type) emit(event.inferenceException, SeverityNumber.WARN, exception(error ?? type, String(message)))
  }
}

class ToolEvents implements ToolWatch {
  readonly #span: Span

  constructor(span: Span, input: string) {
    this.#span = span
    if (capturesContent()) span.setAttribute(attribute.toolCallArguments, redacted(input))
  }

  end(output: string, failure: unknown): void {
    const content = capturesContent()
    if (content) this.#span.setAttribute(attribute.toolCallResult, redacted(output))
    if (failure !== undefined)
      emit(event.toolException, SeverityNumber.WARN, exception(failure, content ? redacted(output) : undefined))
  }
}

/** @param message without content: what is thrown quotes what people and tools said */
function exception(error: unknown, message: string | undefined): AnyValueMap {
  return {
    [attribute.exceptionType]: error instanceof Error ? error.constructor.name : String(error),
    ...(message && { [attribute.exceptionMessage]: message }),
  }
}

/** For people who read lines. */
const bodies: Readonly<Record<string, string>> = {
  [event.inferenceDetails]: 'details of a model call',
  [event.inferenceException]: 'the model call failed:',
  [event.toolException]: 'the tool failed',
}

function emit(eventName: string, severityNumber: SeverityNumber, attributes: AnyValueMap): void {
  const severityText = severityNumber === SeverityNumber.WARN ? 'warn' : 'debug'
  logger().emit({
    eventName,
    severityNumber,
    severityText,
    body: `${bodies[eventName]} ${attributes[attribute.exceptionMessage] ?? ''}`.trimEnd(),
    attributes: { [attribute.eventName]: eventName, ...attributes },
  })
}

/** Attributes of spans are flat. */
function asJson(values: AnyValueMap): Attributes {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, JSON.stringify(value)]))
}
