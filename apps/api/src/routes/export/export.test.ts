import type { ChatMessage, MessageMetadata } from '@repo/contract/message'
import { expect, it } from 'vitest'
import { exportMarkdown } from './export.ts'

const conversation = {
  id: '0199aaaa-0000-7000-8000-000000000000',
  title: 'Sums',
  model: null,
  createdAt: '2026-11-21T10:00:00.000Z',
  updatedAt: '2026-11-21T10:00:00.000Z',
}
const metadata: MessageMetadata = {
  model: 'gpt-5-mini',
  traceId: null,
  outcome: 'stopped',
  finishReason: null,
  error: null,
  ttftMs: 400,
  durationMs: 1234,
  usage: null,
  costUsd: null,
  estimatedUsd: 0.00123,
  leftOutMessages: 0,
  spanId: null,
  promptVersion: null,
  price: null,
  timeline: [],
  feedback: null,
}

it('tool calls are folded away with what they got and gave; what is unknown is not zero', () => {
  const tool = { type: 'dynamic-tool' as const, toolName: 'calculator', input: { expression: '6*7' } }
  const parts: ChatMessage['parts'] = [
    { type: 'step-start' },
    { ...tool, toolCallId: '1', state: 'output-available', output: 42 },
    { ...tool, toolCallId: '2', state: 'output-error', errorText: 'Too hard.' },
    { type: 'text', text: 'It is 42.' },
  ]
  const answer = {
    id: 'a',
    role: 'assistant' as const,
    parts,
    metadata,
    parentId: null,
    createdAt: '2026-11-21T10:00:01Z',
  }
  expect(exportMarkdown(conversation, [answer]).body).toBe(`# Sums

## Answer

*2026-11-21 10:00 UTC · gpt-5-mini · 1.2 s · tokens unknown · cost unknown · estimated at up to $0.00123 · stopped*

<details><summary>Tool: calculator</summary>

\`\`\`json
{
  "expression": "6*7"
}
\`\`\`

\`\`\`json
42
\`\`\`

</details>

<details><summary>Tool: calculator</summary>

\`\`\`json
{
  "expression": "6*7"
}
\`\`\`

Too hard.

</details>

It is 42.
`)
})
