import { errorType } from '@repo/telemetry/catalogue'
import { failed, twice, type WireCase } from '../../wire-cases.ts'

export const cases: Readonly<Record<string, WireCase>> = {
  'unexpected-endpoint': failed(errorType.notAnApi),
  'error-as-field': failed(errorType.contextLength, { attempts: 0 }),
  'no-credit': failed(errorType.outOfCredit),
  'no-credit-402': failed(errorType.outOfCredit),
  'minute-limit-in-those-words': failed('429', twice),
  'content-filtered-400': failed(errorType.contentFilter),
  'loading-503': { attempts: 3 },
  'loading-for-ever': failed(errorType.modelLoading, { attempts: 0 }),
  'wrong-path-404': failed(errorType.notAnApi),
  'model-unknown-404': failed(errorType.modelUnknown),
  'litellm-no-db': failed(errorType.keyRefused),
  'detail-400': failed('422'),
  moved: failed(errorType.notAnApi),
  'no-credit-glm': failed(errorType.outOfCredit),
  'no-credit-siliconflow': failed(errorType.outOfCredit),
  'content-exists-risk': failed(errorType.contentFilter),
  'context-vllm-decoder': failed(errorType.contextLength),
  'key-huggingface': failed(errorType.keyRefused),
  'recorded-litellm-400-context': failed(errorType.contextLength, { attempts: 0 }),
  'recorded-litellm-400-model': failed(errorType.modelUnknown, { attempts: 0 }),
  'recorded-llamacpp-400-context': failed(errorType.contextLength, { attempts: 0 }),
}
