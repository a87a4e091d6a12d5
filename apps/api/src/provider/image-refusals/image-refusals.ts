import type { ProviderFeature } from '../provider-feature.ts'
import type { RequestBody, RequestForm } from '../request/request-form.ts'

/** How many pictures a model takes is known from what it refuses: none, a few, or not these. */
export const imageRefusals: ProviderFeature = {
  learn({ type, refusal }, call) {
    if (!refusal?.message || NOT_OF_FORM.test(type) || picturesIn(call.sent) === 0) return null
    const { message, code, type: kind, param } = refusal
    const words = [message, code, kind, param].join(' ')
    const lesson = lessonOf(call.form, words, call.sent)
    if (lesson || !refusesThese(words)) return lesson
    call.withPictures = false
    return 'the pictures as they are'
  },
}

/** Keys, money, rates, and servers that are away. */
const NOT_OF_FORM = /^(?:401|402|403|429|502|503|504|529)$/

/** What a refusal is about, in the words of the servers that have been met; some name none of it. */
const IMAGES = /\bimages?\b|image_|\bvision\b|multi-?modal|\bpictures?\b|mmproj|non-text|图片|图像|视觉|多模态/i
/** That it can take none: OpenAI, Azure, OpenRouter, llama.cpp, Ollama, LM Studio, vLLM, xAI, Gemini, Bedrock, DeepSeek. */
const TAKES_NONE =
  /\bnot? (?:\w+ )?(?:support|multi-?modal|vision|enabled|available|allow|accept|permit|capable|implement)|n't (?:support|accept|have|take)|unsupported (?:content|input|type|modalit)|only (?:supported|available|for)|no endpoints|unknown variant|mmproj|missing data required|(?:cannot|can't|unable to) (?:read|see|accept|handle)|text[- ]only|only accepts? text|does not (?:accept|take|have)|lacks|expected .{0,3}text|不支持/i
/** The same without a word for pictures: Groq, mlx-lm, DashScope, Zhipu, and servers whose content is a string. */
const TEXT_ONLY =
  /only ['"`]?text['"`]? (?:content|is|parts?|inputs?)|type=text|unexpected item type in content|content\.type.{0,60}['"]text['"]|input should be 'text'/i
const STRING =
  /(?:must|should) be (?:a )?(?:valid )?string|expected (?:a )?string|not a string|'?content'? : value must be/i
/** Of the pictures at hand, not of all pictures. */
const AT_HAND =
  /format|decod|corrupt|damaged|valid image|invalid image|too (?:large|big|small|long)|\bsize\b|dimension|pixel|resolution|base64|download|fetch|media.?type|mime|data.?ur[il]|process (?:the |your |input )*image|(?:could not|failed to) (?:load|open|read)|parse|\bbytes\b|\d ?[km]i?b\b/i
const BODY_TOO_LARGE = /(?:request|body|payload|entity)[^.]{0,20} too large/i
const COUNT = /too many|at most|up to|fewer|no more than|exceed|max(?:imum)?|limit/i

const picturesIn = ({ messages }: RequestBody) =>
  messages.flatMap(({ role, content }) =>
    role === 'user' && Array.isArray(content) ? content.filter(({ type }) => type === 'image_url') : [],
  ).length

function lessonOf(form: RequestForm, refusal: string, sent: RequestBody): string | null {
  const count = picturesIn(sent)
  const atHand = AT_HAND.test(refusal.replaceAll(/image input|content.?type/gi, ''))
  const fewer = [...refusal.matchAll(/\d+/g)].map(Number).filter((number) => number < count)
  if (IMAGES.test(refusal) && COUNT.test(refusal) && !atHand && fewer.length > 0) {
    form.pictures = Math.max(...fewer)
    return `more than ${form.pictures} pictures`
  }
  const place = /messages\W{0,4}(\d+)/.exec(refusal)
  const blamed = place && sent.messages[Number(place[1])]
  const isElsewhere = blamed ? !Array.isArray(blamed.content) : sent.messages.some(({ content }) => content === null)
  const none =
    TEXT_ONLY.test(refusal) ||
    (IMAGES.test(refusal) && TAKES_NONE.test(refusal) && !atHand) ||
    (STRING.test(refusal) && /content/i.test(refusal) && !isElsewhere)
  if (!none) return null
  form.pictures = 0
  return 'pictures'
}

/** Whether it is about the pictures of this very request: another one may be taken. */
function refusesThese(refusal: string): boolean {
  return BODY_TOO_LARGE.test(refusal) || (IMAGES.test(refusal) && AT_HAND.test(refusal))
}
