import type { FastifyBaseLogger } from 'fastify'
import { expect, it } from 'vitest'
import { refusedWith } from '../provider-error.ts'
import { type ProviderRequest, RequestForms } from '../request/request.ts'

const schema = { type: 'object', properties: {} }
const tool = (name: string) => ({
  ...{ name, description: '', inputSchema: { ...schema, additionalProperties: false }, plainSchema: schema },
})
const request = {
  model: { id: 'm', name: 'm', tools: true, images: true },
  tools: ['calculator', 'current_time', 'local__ping'].map(tool),
  mayCallTools: true,
  messages: [
    { role: 'system', text: 'Be kind.' },
    { role: 'user', text: 'One?' },
    { role: 'assistant', text: '', calls: [{ id: 'call_abc', name: 'calculator', text: '{}' }] },
    { role: 'tool', callId: 'call_abc', text: '2' },
    { role: 'assistant', text: 'Two.' },
    { role: 'user', text: 'Well?' },
  ],
  log: { info() {} } as unknown as FastifyBaseLogger,
} as unknown as ProviderRequest

// biome-ignore lint/suspicious/noExplicitAny: what goes out, looked at in whatever place
type Body = any
const E = (message: string, more: object = {}) => ({ error: { message, ...more } })
/** It says nothing that could be done otherwise. */
const nothing = () => false

/** As the providers word it. */
const cases: [string, number, object | string, (body: Body) => unknown][] = [
  [
    'openai max_tokens',
    400,
    E("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", {
      code: 'unsupported_parameter',
      param: 'max_tokens',
    }),
    (body) => !('max_tokens' in body) && 'max_completion_tokens' in body,
  ],
  [
    'void extra_forbidden list as text',
    400,
    {
      object: 'error',
      message:
        "[{'type': 'extra_forbidden', 'loc': ('body', 'max_tokens'), 'msg': 'Extra inputs are not permitted', 'input': 8192}]",
      type: 'BadRequestError',
      code: 400,
    },
    (body) => !('max_tokens' in body),
  ],
  [
    'azure unrecognized stream_options',
    400,
    E('Unrecognized request argument supplied: stream_options', { type: 'invalid_request_error' }),
    (body) => !('stream_options' in body),
  ],
  [
    'mistral 422 stream_options',
    422,
    {
      detail: [
        {
          type: 'extra_forbidden',
          loc: ['body', 'stream_options'],
          msg: 'Extra inputs are not permitted',
          input: { include_usage: true },
        },
      ],
    },
    (body) => !('stream_options' in body),
  ],
  [
    'databricks',
    400,
    {
      error_code: 'BAD_REQUEST',
      message: '{"external_model_message":{"error":{"message":"stream_options: Extra inputs are not permitted"}}}',
    },
    (body) => !('stream_options' in body),
  ],
  [
    'gemini unknown name',
    400,
    [
      {
        error: {
          code: 400,
          message: 'Invalid JSON payload received. Unknown name "stream_options": Cannot find field.',
          status: 'INVALID_ARGUMENT',
        },
      },
    ],
    (body) => !('stream_options' in body),
  ],
  [
    'bedrock validation',
    400,
    {
      message:
        'Malformed input request: #: extraneous key [stream_options] is not permitted, please reformat your input and try again.',
    },
    (body) => !('stream_options' in body),
  ],
  ['cohere', 400, { message: 'invalid request: unknown field: stream_options' }, (body) => !('stream_options' in body)],
  [
    'cerebras',
    400,
    {
      message: "body.stream_options: property 'body.stream_options' is unsupported",
      type: 'invalid_request_error',
      param: 'stream_options',
      code: 'wrong_api_format',
    },
    (body) => !('stream_options' in body),
  ],
  [
    'serde',
    422,
    'Failed to deserialize the JSON body into the target type: unknown field `stream_options`, expected one of `model`, `messages`',
    (body) => !('stream_options' in body),
  ],
  [
    'ollama no tools',
    400,
    E('registry.ollama.ai/library/gemma3:270m does not support tools', { type: 'api_error' }),
    (body) => !('tools' in body),
  ],
  [
    'openrouter no tools',
    404,
    E(
      'No endpoints found that support tool use. To learn more about provider routing, visit: https://openrouter.ai/docs/provider-routing',
      { code: 404 },
    ),
    (body) => !('tools' in body),
  ],
  [
    'vllm auto tool',
    400,
    {
      object: 'error',
      message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
      type: 'BadRequestError',
      code: 400,
    },
    (body) => !('tools' in body),
  ],
  [
    'deepseek reasoner',
    400,
    E('deepseek-reasoner does not support Function Calling', { type: 'invalid_request_error' }),
    (body) => !('tools' in body),
  ],
  [
    'groq tools',
    400,
    E('`tool calling` is not supported with this model', { type: 'invalid_request_error', param: 'tools' }),
    (body) => !('tools' in body),
  ],
  [
    'lm studio',
    400,
    { error: 'Error rendering prompt with jinja template: "This model does not support tools"' },
    (body) => !('tools' in body),
  ],
  [
    'fireworks',
    400,
    E("Extra inputs are not permitted, field: 'tools'", { code: 'invalid_request_error' }),
    (body) => !('tools' in body),
  ],
  ['together tools', 400, E('tools is not supported for this model'), (body) => !('tools' in body)],
  [
    'nvidia tools',
    400,
    { status: 400, title: 'Bad Request', detail: 'Function calling is not enabled for this model' },
    (body) => !('tools' in body),
  ],
  [
    'aliyun tools',
    400,
    E('<400> InternalError.Algo.InvalidParameter: Model does not support tools', { code: 'invalid_parameter_error' }),
    (body) => !('tools' in body),
  ],
  [
    'system o1',
    400,
    E("Unsupported value: 'messages[0].role' does not support 'system' with this model.", {
      param: 'messages[0].role',
    }),
    (body) => body.messages[0].role === 'user',
  ],
  [
    'gemma dev instr',
    400,
    [
      {
        error: {
          code: 400,
          message: 'Developer instruction is not enabled for models/gemma-3-27b-it',
          status: 'INVALID_ARGUMENT',
        },
      },
    ],
    (body) => body.messages[0].role === 'user',
  ],
  ['jinja system', 500, E('System role not supported'), (body) => body.messages[0].role === 'user'],
  [
    'minimax role system',
    400,
    { base_resp: { status_code: 2013, status_msg: 'invalid params, invalid role: system' } },
    (body) => body.messages[0].role === 'user',
  ],
  [
    'mistral ids',
    400,
    {
      object: 'error',
      message: 'Tool call id was call_abc but must be a-z, A-Z, 0-9, with a length of 9.',
      type: 'invalid_request_message_error',
      code: 3280,
    },
    (body) => /^[a-zA-Z0-9]{9}$/.test(body.messages[2].tool_calls[0].id),
  ],
  [
    'bedrock ids',
    400,
    {
      message:
        "1 validation error detected: Value 'x' at 'messages.2.member.content.1.member.toolUse.toolUseId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+",
    },
    (body) => /^[a-zA-Z0-9]{9}$/.test(body.messages[2].tool_calls[0].id),
  ],
  [
    'null content',
    400,
    E("Invalid value for 'content': expected a string, got null.", { param: 'messages.[2].content' }),
    (body) => body.messages[2].content === '',
  ],
  [
    'pydantic content',
    422,
    {
      detail: [
        {
          type: 'string_type',
          loc: ['body', 'messages', 2, 'content'],
          msg: 'Input should be a valid string',
          input: null,
        },
      ],
    },
    (body) => body.messages[2].content === '',
  ],
  [
    'vllm context',
    400,
    {
      object: 'error',
      message:
        "This model's maximum context length is 4096 tokens. However, you requested 4210 tokens (114 in the messages, 4096 in the completion). Please reduce the length of the messages or completion.",
      type: 'BadRequestError',
      code: 400,
    },
    (body) => !('max_tokens' in body),
  ],
  [
    'vllm new context',
    400,
    {
      object: 'error',
      message:
        "'max_tokens' or 'max_completion_tokens' is too large: 4096. This model's maximum context length is 4096 tokens and your request has 114 input tokens (4096 > 4096 - 114). (parameter=max_tokens, value=4096)",
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
    (body) => !('max_tokens' in body),
  ],
  [
    'sglang',
    400,
    {
      object: 'error',
      message:
        "Requested token count exceeds the model's maximum context length of 4096 tokens. You requested a total of 4210 tokens: 114 tokens from the input messages and 4096 tokens for the completion.",
      code: 400,
    },
    (body) => !('max_tokens' in body),
  ],
  [
    'tgi',
    422,
    {
      error:
        'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 114 `inputs` tokens and 4096 `max_new_tokens`',
      error_type: 'validation',
    },
    (body) => !('max_tokens' in body),
  ],
  [
    'deepseek range',
    400,
    E('Invalid max_tokens value, the valid range of max_tokens is [1, 2048]'),
    (body) => !('max_tokens' in body) && !('max_completion_tokens' in body),
  ],
  [
    'groq limit',
    400,
    E(
      '`max_tokens` must be less than or equal to `2048`, the maximum value for `max_tokens` is less than the `context_window` for this model',
      { param: 'max_tokens' },
    ),
    (body) => !('max_tokens' in body) && !('max_completion_tokens' in body),
  ],
  [
    'openai too large',
    400,
    E('max_tokens is too large: 4096. This model supports at most 2048 completion tokens, whereas you provided 4096.', {
      param: 'max_tokens',
      code: 'invalid_value',
    }),
    (body) => !('max_tokens' in body) && !('max_completion_tokens' in body),
  ],
  [
    'anthropic max',
    400,
    {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: 'max_tokens: 4096 > 2048, which is the maximum allowed number of output tokens for claude-3',
      },
    },
    (body) => !('max_tokens' in body),
  ],
  [
    'cohere too many',
    400,
    { message: 'too many tokens: max tokens must be less than or equal to 2048' },
    (body) => !('max_tokens' in body),
  ],
  [
    'bedrock max',
    400,
    {
      message:
        'The maximum tokens you requested exceeds the model limit of 2048. Try again with a maximum tokens value that is lower than 2048.',
    },
    (body) => !('max_tokens' in body),
  ],
  [
    'openai schema',
    400,
    E("Invalid schema for function 'local__ping': In context=(), object schema missing properties.", {
      code: 'invalid_function_parameters',
      param: 'tools[2].function.parameters',
    }),
    (body) => !('additionalProperties' in body.tools[0].function.parameters),
  ],
  [
    'gemini additionalProperties',
    400,
    [
      {
        error: {
          code: 400,
          message:
            'Invalid JSON payload received. Unknown name "additionalProperties" at \'tools[0].function_declarations[2].parameters\': Cannot find field.',
          status: 'INVALID_ARGUMENT',
        },
      },
    ],
    (body) => !('additionalProperties' in body.tools[0].function.parameters),
  ],
  [
    'anthropic schema',
    400,
    {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: 'tools.2.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12',
      },
    },
    (body) => !('additionalProperties' in body.tools[0].function.parameters),
  ],
  [
    'kimi schema',
    400,
    E('Invalid request: tools.function.parameters is not a valid moonshot flavored json schema'),
    (body) => !('additionalProperties' in body.tools[0].function.parameters),
  ],
  [
    'verified stream',
    400,
    E('Your organization must be verified to stream this model.', { param: 'stream', code: 'unsupported_value' }),
    (body) => body.stream === undefined,
  ],
  ['stream unsupported', 400, E('Streaming is not supported for this model.'), (body) => body.stream === undefined],
  [
    'tools with stream',
    400,
    E('Streaming with tools is not supported.'),
    (body) => !('tools' in body) || body.stream === undefined,
  ],
  [
    'reasoning missing',
    400,
    E('thinking is enabled but reasoning_content is missing in assistant tool call message at index 2'),
    (body) => body.messages[2].reasoning_content,
  ],
  [
    'deepseek v3.2',
    400,
    E(
      'Missing `reasoning_content` field in the assistant message at message index 2. For more information, please refer to docs',
      { code: 'invalid_request_error' },
    ),
    (body) => body.messages[2].reasoning_content,
  ],
  [
    'gemini sig',
    400,
    [
      {
        error: {
          code: 400,
          message: 'Function call is missing a thought_signature in functionCall parts.',
          status: 'INVALID_ARGUMENT',
        },
      },
    ],
    (body) => body.messages[2].tool_calls[0].extra_content,
  ],
  ['bad request says nothing', 400, E('Bad request.'), nothing],
  ['wrong key', 401, E('Incorrect API key provided: tools'), nothing],
  ['credit', 402, E('This request requires more credits, or fewer max_tokens.'), nothing],
  ['rate', 429, E('Rate limit reached for tokens per min: max_tokens too large'), nothing],
  [
    'filter',
    400,
    E("The response was filtered due to the prompt triggering Azure OpenAI's content management policy. tools"),
    nothing,
  ],
]

it.each(cases)('what %s says teaches what to do otherwise', (_, status, body, isRight) => {
  const call = new RequestForms('s', 4096).call(request)
  call.body()
  const learn = () => call.learn(refusedWith(status, {}, typeof body === 'string' ? body : JSON.stringify(body)))
  if (isRight === nothing) expect(learn()).toBe(false)
  else {
    expect(learn()).toBe(true)
    // The other name of a limit is tried first.
    if (!isRight(call.body())) expect(learn()).toBe(true)
    expect(isRight(call.body())).toBeTruthy()
  }
})
