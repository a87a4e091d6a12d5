import { expect, it } from 'vitest'
import { ThinkTags } from './think-tags.ts'

/** What is read of an answer that comes in these pieces: `thoughts | text`, and whether its text became thoughts. */
function read(pieces: readonly string[], { presumed = false } = {}) {
  const tags = new ThinkTags(presumed)
  const read = { reasoning: '', text: '' }
  for (const next of [...pieces.map((piece) => () => tags.add(piece)), () => tags.end()]) {
    const { wasThought } = tags
    const stretches = next()
    if (tags.wasThought && !wasThought) [read.reasoning, read.text] = [read.text, '']
    for (const { type, delta } of stretches) read[type] += delta
  }
  return [read.reasoning.trimEnd(), read.text]
}

it.each<[string, string, [string, string]]>([
  ['a thought, then the answer', '<think>\nHm\n</think>\n\nAnswer', ['Hm', 'Answer']],
  ['an empty thought', '<think>\n\n</think>\n\nAnswer', ['', 'Answer']],
  ['blank lines first', '\n\n<think>Hm</think>Answer', ['Hm', 'Answer']],
  ['the tags of others', '[THINK]Hm[/THINK]Answer', ['Hm', 'Answer']],
  ['tags in capitals', '<THINK>Hm</THINK>Answer', ['Hm', 'Answer']],
  ['the tags of Cohere', '<|START_THINKING|>Hm<|END_THINKING|>Answer', ['Hm', 'Answer']],
  [
    'the channels of gpt-oss',
    '<|channel|>analysis<|message|>Hm<|end|><|start|>assistant<|channel|>final<|message|>Answer',
    ['Hm', 'Answer'],
  ],
  ['a thought that is cut off', '<think>Hm, let me', ['Hm, let me', '']],
  ['code in a thought', '<think>a < b, <b>x</b></think>Answer', ['a < b, <b>x</b>', 'Answer']],
  ['a thought that only ends', 'Hm, let me see.\n</think>\n\nAnswer', ['Hm, let me see.', 'Answer']],
  ['no thought', 'Answer with a < b and </b>', ['', 'Answer with a < b and </b>']],
  [
    'an answer about such tags',
    'The tag <think> begins and </think> ends it.',
    ['', 'The tag <think> begins and </think> ends it.'],
  ],
  ['an answer with such a tag as code', 'It ends at `</think>`, always.', ['', 'It ends at `</think>`, always.']],
  ['a second thought is text', '<think>Hm</think>A <think>b</think>', ['Hm', 'A <think>b</think>']],
  ['what only looks like a beginning', '<thin air', ['', '<thin air']],
  ['blanks and nothing else', ' \n', ['', '']],
  ['letters whose small form is longer', '<think>İİ</THINK>İ', ['İİ', 'İ']],
])('%s, in pieces of any size', (_, answer, expected) => {
  for (const size of [1, 2, 3, 5, 7, 100]) {
    const pieces = answer.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
    expect(read(pieces), `${size} characters at once`).toEqual(expected)
  }
})

it('a model that began in a thought is taken to do so again, and gets its answer back where it did not', () => {
  expect(read(['Hm, let', ' me see.\n</thi', 'nk>\nAnswer'], { presumed: true })).toEqual(['Hm, let me see.', 'Answer'])
  expect(read(['<think>', 'Hm</think>', 'Answer'], { presumed: true })).toEqual(['Hm', 'Answer'])
  const [, text] = read(['The whole ', 'answer.'], { presumed: true })
  expect(text).toBe('The whole answer.')
})
