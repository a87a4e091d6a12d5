import { inspect } from 'node:util'
import { errorType } from '@repo/telemetry/catalogue'
import { describe, expect, it } from 'vitest'
import { refusedInStream, refusedWith } from '../provider-error.ts'

const http = (status: number, headers: Record<string, string> = {}, body: object | string = {}) =>
  refusedWith(status, headers, typeof body === 'string' ? body : JSON.stringify(body))

/** As the providers word it. */
const refusals: Record<string, [status: number, body: object | string, headers?: Record<string, string>][]> = {
  [errorType.contextLength]: [
    [
      400,
      {
        error: {
          message:
            "This model's maximum context length is 4096 tokens. However, you requested 4210 tokens (114 in the messages, 4096 in the completion).",
          code: 'context_length_exceeded',
          param: 'messages',
        },
      },
    ],
    [400, { object: 'error', message: "This model's maximum context length is 4096 tokens.", code: 400 }],
    [
      400,
      {
        error: {
          code: 400,
          message: 'request (1209 tokens) exceeds the available context size (512 tokens), try increasing it',
          type: 'exceed_context_size_error',
        },
      },
    ],
    [400, { error: { message: 'prompt is too long: 210000 tokens > 200000 maximum' } }],
    [400, { error: 'input length exceeds the context length' }],
    [400, { detail: 'Requested tokens (1000) exceed context window of 512' }],
    [
      400,
      [
        {
          error: {
            message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
            status: 'INVALID_ARGUMENT',
          },
        },
      ],
    ],
    [
      400,
      { error: { message: 'Prompt contains 40000 tokens, too large for model with 32768 maximum context length' } },
    ],
    [413, { error: { message: 'Request too large for model on tokens per minute (TPM): Limit 6000, Requested 7000' } }],
    [413, '<html><title>413 Request Entity Too Large</title></html>'],
  ],
  [errorType.outOfCredit]: [
    [429, { error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } }],
    [402, { error: { message: 'Insufficient Balance' } }],
    [402, 'Payment Required'],
    [400, { error: { message: 'Your credit balance is too low to access the Anthropic API.' } }],
    [429, { error: { type: 'billing_not_active', message: 'Your account is not active' } }],
    [403, { error: "Your newly created team doesn't have any credits or licenses yet.", code: 'permission-denied' }],
    [
      400,
      { error: { message: 'Budget has been exceeded! Current cost: 1.2, Max budget: 1', type: 'budget_exceeded' } },
    ],
  ],
  '429': [
    // Scaleway and Gemini have the same words for a limit of a minute.
    [
      429,
      { error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } },
      { 'retry-after': '7' },
    ],
    [429, { error: { message: 'You exceeded your current quota. Please retry in 34.07s.' } }],
    [429, { error: { message: 'Rate limit reached for requests per min (RPM)', code: 'rate_limit_exceeded' } }],
  ],
  [errorType.modelUnknown]: [
    [
      404,
      {
        error: {
          message: 'The model `gpt-9` does not exist or you do not have access to it.',
          code: 'model_not_found',
        },
      },
    ],
    [404, { error: { message: "model 'llama9' not found, try pulling it first" } }],
    [404, { error: { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' } }],
    [400, { error: { message: 'Invalid model name passed in model=x', param: 'model' } }],
    [400, { error: { message: 'foo/bar is not a valid model ID', code: 400 } }],
    [404, { object: 'error', message: 'The model `x` does not exist.', type: 'NotFoundError', code: 404 }],
    [403, { error: { message: 'Project does not have access to model gpt-5', code: 'model_not_found' } }],
  ],
  [errorType.notAnApi]: [
    [404, '404 page not found'],
    [404, { detail: 'Not Found' }],
    [404, { error: { message: 'Invalid URL (POST /v1/v1/chat/completions)', type: 'invalid_request_error' } }],
    [404, '<!DOCTYPE html><html><head><title>Not here</title></head></html>'],
    [405, 'Method Not Allowed'],
  ],
  [errorType.keyRefused]: [
    [400, { error: { message: 'No connected db.', type: 'no_db_connection', code: '400' } }],
    [400, [{ error: { code: 400, message: 'API key not valid. Please pass a valid API key.' } }]],
    [400, { code: 'Client specified an invalid argument', error: 'Incorrect API key provided: ab***yz.' }],
  ],
  '401': [[401, { error: { message: 'Incorrect API key provided: sk-abc.', code: 'invalid_api_key' } }]],
  '403': [[403, '<html><title>Access denied</title></html>']],
  [errorType.contentFilter]: [
    [
      400,
      {
        error: {
          message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
          code: 'content_filter',
          innererror: { code: 'ResponsibleAIPolicyViolation' },
        },
      },
    ],
    [400, { error: { code: 'data_inspection_failed', message: 'Input data may contain inappropriate content.' } }],
    [403, { error: { message: 'Input was flagged', code: 403, metadata: { reasons: ['violence'] } } }],
  ],
  [errorType.modelLoading]: [
    [503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } }],
    [503, { error: 'Model meta/llama is currently loading', estimated_time: 20 }],
  ],
  '400': [
    // Of a parameter, not of the model.
    [
      400,
      {
        error: {
          message: "Unsupported parameter: 'max_tokens' is not supported with this model.",
          param: 'max_tokens',
        },
      },
    ],
    [400, { error: { message: 'registry.ollama.ai/library/gemma:latest does not support tools' } }],
  ],
  '500': [[500, 'Internal Server Error']],
}
describe.each(Object.entries(refusals))('%s', (type, cases) => {
  it.each(cases)('is what %d %j says', (status, body, headers) => expect(http(status, headers, body).type).toBe(type))
})

it('a refusal that a person has to do something about is not tried again', () => {
  expect(http(429, {}, { error: { code: 'insufficient_quota' } }).retryable).toBe(false)
  expect(http(503, {}, { error: { message: 'Loading model' } }).retryable, 'one that passes is').toBe(true)
})

describe('inside a stream', () => {
  it.each<[object, string]>([
    [{ error: { code: 400, message: 'the request exceeds the available context size' } }, errorType.contextLength],
    [{ error: 'Unexpected endpoint or method. (POST /chat/completions)' }, errorType.notAnApi],
    [{ object: 'error', message: 'Internal', code: 500 }, errorType.stream],
    [{ error: { code: 429, message: 'Too many requests' } }, '429'],
    [{ error: { message: 'Insufficient credits', code: 402 } }, errorType.outOfCredit],
    [
      {
        error: {
          message: 'Provider returned error',
          code: 400,
          metadata: { raw: '{"error":{"message":"prompt is too long"}}' },
        },
      },
      errorType.contextLength,
    ],
    [{ base_resp: { status_code: 1004, status_msg: 'server busy' } }, errorType.stream],
  ])('%j is %s', (body, type) => expect(refusedInStream(body).type).toBe(type))
})

it('an error inside a stream is, unless it says that it would be the same', () => {
  expect(refusedInStream({ error: { message: 'Overloaded', code: 529 } })).toMatchObject({
    type: errorType.stream,
    retryable: true,
  })
  expect(refusedInStream({ error: { message: 'Bad', code: 400 } })).toMatchObject({ retryable: false })
})

it('shows a logger nothing that the provider wrote', () => {
  const error = http(400, {}, { error: { message: 'the prompt was: secret' } })
  expect(error.refusal?.message).toContain('secret')
  expect(inspect(error)).not.toContain('secret')
  expect(JSON.stringify({ ...error })).not.toContain('secret')
})

/** Of gateways and of Chinese, Korean and European providers, as users report them. */
it.each<[string, number, string]>([
  [errorType.outOfCredit, 429, '余额不足或无可用资源包,请充值。'],
  [errorType.outOfCredit, 403, 'insufficient_user_quota'],
  [errorType.outOfCredit, 400, 'ExceededBudget: User=x over budget. Spend: 10.1, Budget: 10.0'],
  [errorType.contextLength, 400, 'The decoder prompt (length 10127) is longer than the maximum model length of 8192.'],
  [errorType.contextLength, 400, 'Please reduce the length of the messages or completion.'],
  [errorType.contextLength, 400, 'Invalid request: Your request exceeded model token limit: 8192 (requested: 9000)'],
  [errorType.contextLength, 400, 'Prompt 超长'],
  [errorType.modelUnknown, 400, '模型不存在，请检查模型代码。'],
  [errorType.modelUnknown, 400, "Unsupported model 'foo'"],
  [errorType.keyRefused, 403, 'Invalid token'],
  [errorType.keyRefused, 400, 'invalid api token'],
  [errorType.keyRefused, 403, 'The security token included in the request is invalid.'],
  [errorType.keyRefused, 403, 'Invalid username or password.'],
  [errorType.contentFilter, 400, 'Input data may contain inappropriate content.'],
  [errorType.contentFilter, 400, 'Content Exists Risk'],
  [errorType.contentFilter, 422, 'input new_sensitive (1026)'],
  [errorType.modelLoading, 503, 'Model is not ready yet'],
  [errorType.modelLoading, 503, 'The model is still being loaded. Please try again later.'],
])('%s is what %d "%s" means', (type, status, message) =>
  expect(http(status, {}, { error: { message } }).type).toBe(type),
)
