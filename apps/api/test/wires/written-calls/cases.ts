import { errorType } from '@repo/telemetry/catalogue'
import { broken, call, type WireCase, withCalls } from '../../wire-cases.ts'

const time = 'current_time {}'
/** What stands beside the call, and the answer to its result. */
const after = (text: string) => ({ text: `${text}Whole answer.` })

export const cases: Readonly<Record<string, WireCase>> = {
  hermes: withCalls(call),
  'hermes-text-around': { ...withCalls(call, time), ...after('Let me see. \nJust a moment.') },
  'hermes-one-chunk': { ...withCalls(call), ...after('Let me see. ') },
  'hermes-not-closed': withCalls(call),
  'hermes-end-in-value': withCalls('calculator {"note":"</tool_use>","expression":"1+1"}'),
  'hermes-in-thoughts': {
    thoughts: 'I could write <tool_call>{"name": "calculator", "arguments": {"expression": "1+1"}}</tool_call> here.',
  },
  'hermes-after-thoughts': { ...withCalls(call), thoughts: 'Hm.' },
  'hermes-and-calls': {
    ...withCalls(call),
    ...after('<tool_call>\n{"name": "calculator", "arguments": {"expression": "1+1"}}\n</tool_call>'),
  },
  'hermes-cut': { ...broken(errorType.noFinishReason, 'truncated', ''), calls: ['calculator undefined'] },
  'hermes-unfinished': { text: 'Let me see. <tool_call>\n{"name": "calculator", "arguments": {"ex' },
  'hermes-broken': {
    text: '<tool_call>{"name":"calculator","arguments":{"expression":"1 "plus" 1"}}</tool_call> So much.',
  },
  'hermes-brace-missing': {
    text: '<tool_call>\n{"name": "calculator", "arguments": {"expression": "1+1"}\n</tool_call>\nSo much.',
  },
  'hermes-other-tool': {
    text: 'An example: <tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>',
  },
  'hermes-in-a-fence': {
    text:
      'It looks like this:\n\n```xml\n<tool_call>\n{"name": "calculator", "arguments": {"expression": "1+1"}}\n' +
      '</tool_call>\n```\n\nThat is all.',
  },
  'hermes-in-code': {
    text: 'It is `<tool_call>{"name": "calculator", "arguments": {"expression": "1+1"}}</tool_call>` in one line.',
  },
  'qwen-coder': withCalls(call),
  'qwen-coder-naked': { ...withCalls(call), ...after('Let me see.\n\n') },
  'qwen-coder-unfinished': { text: '<function=calculator>\n<parameter=expression>\n1+1\n</parameter>\n' },
  'function-json': withCalls(call),
  glm: withCalls(call),
  'glm-one-line': withCalls(call),
  'glm-no-arguments': withCalls(time),
  'mistral-list': withCalls(call, time),
  'mistral-single-quotes': withCalls(call),
  'mistral-args': withCalls(call),
  'mistral-args-two': withCalls(call, time),
  'mistral-bare-list': withCalls(call, time),
  'llama-python-tag': withCalls(call),
  'llama-python-start': withCalls(call),
  'llama-bare': withCalls(call),
  'llama-bare-two': withCalls(call, time),
  'llama-in-a-fence': { text: '```json\n{"name": "calculator", "parameters": {"expression": "1+1"}}\n```' },
  'json-answer': { text: '{"name": "Ada", "born": 1815, "tags": ["calculator"]}' },
  'json-then-text': {
    text: '{"name": "calculator", "parameters": {"expression": "1+1"}} is how a call looks.',
  },
  kimi: withCalls(call, time),
  'kimi-in-thought': { ...withCalls(call), thoughts: 'Hm.' },
  deepseek: { ...withCalls(call, time), ...after('Let me see.') },
  'deepseek-fence': withCalls(call),
  'deepseek-dsml': withCalls(call),
  'deepseek-dsml-bare': withCalls(call),
  invoke: { ...withCalls(call, time), ...after('Let me see.\n') },
  minimax: withCalls(call),
  harmony: { ...withCalls(call), thoughts: 'Hm.' },
  'harmony-only': withCalls(call),
  'harmony-recipient-first': withCalls(call),
  gemma: withCalls(call),
  command: withCalls(call),
  // A real model that was asked for three colours; the usage is its own and that of the answer to the result.
  'recorded-litellm-llamacpp-plain': {
    ...withCalls('calculator {"expression":"3 primary colours"}'),
    usage: [815, 41],
  },
}
