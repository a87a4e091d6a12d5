import { errorType } from '@repo/telemetry/catalogue'
import type { ProviderFeature, Refusal } from '../provider-feature.ts'
import { listOf, looseJson, recordOf } from '../unknown-values.ts'
import { refusalAttributes } from './redact-refusal.ts'

/** Why a provider refused: for people its kind, for operators its own words. */
export const refusals: ProviderFeature = { refusals: { read: readRefusal, kindOf, attributes: refusalAttributes } }

const LONGEST_FIELD = 64
const LONGEST_MESSAGE = 2000

/**
 * Reads an error in any of the forms that servers have: `{error: {...}}`, `{error: "..."}`, `{detail}`, `{message, code}`,
 * `{errors: [...]}`, text, or a page.
 * @param body JSON, or the text of a body that may be JSON
 */
function readRefusal(body: unknown): Refusal {
  const value = typeof body === 'string' ? (looseJson(body) ?? body) : body
  const outer = recordOf(Array.isArray(value) ? value[0] : value) ?? {}
  const first = listOf(outer.errors)[0]
  const inner = recordOf(outer.error) ?? recordOf(first) ?? recordOf(outer.base_resp) ?? outer
  const texts = [
    ...[inner.message, inner.status_msg, inner.msg, inner.error, inner.detail],
    // What stands behind a gateway.
    ...[recordOf(inner.metadata)?.raw, recordOf(inner.innererror)?.code],
    ...[outer.error, outer.detail, outer.message, first].filter((part) => part !== inner),
  ].flatMap((part) => textIn(part) ?? [])
  const label = (...values: unknown[]) => values.map(labelIn).find((one) => one !== null) ?? null
  const status = [inner.code, inner.status, outer.code, outer.status].map(Number).find((one) => one >= 400 && one < 600)
  const message = texts.length > 0 ? [...new Set(texts)].join(': ') : plain(value)
  return {
    code: label(inner.code, outer.code, inner.status_code, inner.status),
    type: label(inner.type, outer.type, outer.error_type),
    param: label(inner.param, listOf(recordOf(listOf(outer.detail)[0])?.loc).at(-1)),
    message: message.slice(0, LONGEST_MESSAGE).toWellFormed(),
    status: status ?? null,
  }
}

/**
 * What a person can do something about, in the order in which it is looked for: the words of OpenAI, Azure, Anthropic,
 * Gemini, Mistral, xAI, DeepSeek, Moonshot, Aliyun, OpenRouter, Cohere, llama.cpp, Ollama, vLLM, SGLang, LM Studio, LiteLLM.
 */
const kinds: readonly [type: string, words: RegExp][] = [
  [
    errorType.modelLoading,
    /\bloading model|model\b.{0,80}\b(loading|being loaded|warming up|starting|not ready)\b|is currently loading/,
  ],
  [
    errorType.outOfCredit,
    /insufficient_quota|exceeded (your )?current quota|billing|insufficient[ _](balance|credits?|funds)|balance (is )?(insufficient|too low)|credit balance|out of credits?|more credits|any credits|all available credits|payment required|budget has been exceeded|over budget|budget_exceeded|insufficient_\w*quota|arrearage|overdue|余额不足|额度不足|欠费/,
  ],
  [
    errorType.contextLength,
    /context_length|context[ _]?(size|length|window)|maximum (context|prompt|number of tokens allowed)|(prompt|input|conversation|messages?) (is|are) too long|prompt too long|too many tokens|exceed(s|ed)? (max length|max message tokens|(the )?model('s)?( token)? limit|the maximum number of tokens)|longer than the (maximum )?(model|context)|reduce the length|max_new_tokens|input length|input token count|request too large|超长|string_above_max_length|larger than the context/,
  ],
  [
    errorType.contentFilter,
    /content[ _]?(filter|policy|management)|responsibleai|inspection_failed|prohibited_content|moderation|flagged|usage (polic|guideline)|inappropriate content|content exists risk|high risk|new_sensitive|不安全|敏感|safety (system|setting|filter)|sensitive (content|information)/,
  ],
  [
    errorType.keyRefused,
    /api[ _-]?key|no connected db|authentication|unauthori[sz]ed|(api|auth|access|bearer|security|proxy server) ?token|invalid (jwt|credentials|token\b|username)|token非法|authorization header/,
  ],
  [
    errorType.modelUnknown,
    /model_not_found|no (such )?model|(unknown|invalid|unrecognized|unsupported) model|模型不存在|deploymentnotfound|deployment\b.{0,80}not exist|no endpoints found|not a valid model|\bmodels?\b.{0,120}\b(not (be )?found|(does|do|did) not exist|not exist|unavailable|decommissioned|deprecated|not (available|supported|loaded|allowed)|no access|not have access)|not found\b.{0,20}\bmodel|access to model/,
  ],
  [errorType.notAnApi, /unexpected endpoint|invalid url|unknown (request )?url|cannot post|no route|page not found/],
]
/** A limit of a minute or of a day, in words that others have for an empty account. */
const PASSING =
  /per[ _-]?(minute|hour|day|second)|(try again|retry) (in|after)|retrydelay|rate[ _-]limit|too many requests/
/** Of a request that names what it may not have, the model is not at fault. */
const PARAMETER =
  /max_tokens|max_completion_tokens|temperature|top_p|stream_options|tool|response_format|reasoning_effort|\brole\b/

/**
 * Which of the kinds that people can do something about it is: an `error.type`, or null for none.
 * @param status of HTTP; null inside a stream
 * @param passing whether the provider says when to come back
 */
function kindOf(refusal: Refusal, status: number | null, passing: boolean): string | null {
  const { code, type, param, message } = refusal
  if (status === 402 || refusal.status === 402) return errorType.outOfCredit
  const words = `${code} ${type} ${message}`.toLowerCase()
  const limit = status === 429 || refusal.status === 429
  for (const [kind, pattern] of kinds) {
    if (!pattern.test(words)) continue
    if (kind === errorType.outOfCredit && limit && (passing || PASSING.test(message.toLowerCase()))) return null
    if (kind === errorType.modelUnknown && ((param && param !== 'model') || PARAMETER.test(words))) continue
    if (kind === errorType.keyRefused && status === 401) continue
    return kind
  }
  if (status === 413) return errorType.contextLength
  if (status !== null && status < 400) return errorType.notAnApi
  if (status === 404 || status === 405)
    return /model|deployment/.test(words) ? errorType.modelUnknown : errorType.notAnApi
  return null
}

/** A word of a few letters, or null: what is longer, or has blanks, is no code. */
function labelIn(value: unknown): string | null {
  const word = typeof value === 'number' || typeof value === 'string' ? String(value) : ''
  return word.length <= LONGEST_FIELD && /^[\w.:/[\]-]+$/.test(word) ? word : null
}

function textIn(value: unknown): string | null {
  if (typeof value === 'string') return plain(value) || null
  // FastAPI names what is wrong with a request in a list, and where.
  const found = listOf(value).flatMap((one) => {
    const { msg, loc } = recordOf(one) ?? {}
    return msg ? `${listOf(loc).join('.')}: ${msg}` : []
  })
  return found.join('; ') || null
}

/** Of a page its text, of JSON the JSON. */
function plain(value: unknown): string {
  const raw = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  if (!/^\s*<(!doctype|html)/i.test(raw)) return raw.trim()
  const title = /<title[^>]*>([^<]{0,200})/i.exec(raw)?.[1]?.trim()
  return `<html> ${title ?? ''}`.trim()
}
