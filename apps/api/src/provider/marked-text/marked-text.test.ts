import { expect, it } from 'vitest'
import { MarkedText } from './marked-text.ts'

type Piece = string | { readonly thought: string }
let models = 0

/** What is read of an answer that comes in these pieces: thoughts and text. */
function read(pieces: readonly Piece[], by = `model ${models++}`) {
  const reader = new MarkedText(by)
  const said = { reasoning: '', text: '' }
  const added = (piece: Piece) =>
    typeof piece === 'string' ? reader.add('text', piece) : reader.add('reasoning', piece.thought)
  for (const next of [...pieces.map((piece) => () => added(piece)), () => reader.end()]) {
    for (const event of next()) {
      if (event.type === 'was-thought') [said.reasoning, said.text] = [said.reasoning + said.text, '']
      else said[event.type] += event.delta
    }
  }
  return [said.reasoning.trimEnd(), said.text]
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
  expect(read(['Hm.</think>', 'Answer'], 'm')).toEqual(['Hm.', 'Answer'])
  expect(read(['Hm, let', ' me see.\n</thi', 'nk>\nAnswer'], 'm')).toEqual(['Hm, let me see.', 'Answer'])
  expect(read(['<think>', 'Hm</think>', 'Answer'], 'm')).toEqual(['Hm', 'Answer'])
  read(['Hm.</think>', 'Answer'], 'm')
  const [, text] = read(['The whole ', 'answer.'], 'm')
  expect(text).toBe('The whole answer.')
})

it.each<[string, Piece[], [string, string]]>([
  ['its end stands in the text', [{ thought: 'Hm' }, '</think>\n\nAnswer'], ['Hm', 'Answer']],
  [
    'it has tags all the same',
    [{ thought: '<thi' }, { thought: 'nk>Hm' }, { thought: '</think>' }, 'Answer'],
    ['Hm', 'Answer'],
  ],
  ['the answer stands in its place', [{ thought: '<think>Hm</think>Ans' }, { thought: 'wer' }], ['Hm', 'Answer']],
  ['it is about such tags', [{ thought: 'Is </think> meant?' }, 'Answer'], ['Is </think> meant?', 'Answer']],
  ['it goes on after some text', [{ thought: 'H' }, 'Ans', { thought: 'm' }, 'wer'], ['Hm', 'Answer']],
  ['a token ends it', [{ thought: 'Hm' }, { thought: '<|im_end|>' }, 'Answer'], ['Hm', 'Answer']],
])('the server tells the thought apart, and %s', (_, pieces, expected) => expect(read(pieces)).toEqual(expected))

it.each([
  'Answer<|im_end|>',
  'Answer</s>',
  'Answer <|im_end|>\n<|endoftext|>',
  'Answer<｜end▁of▁sentence｜>',
  '<answer>\nAnswer\n</answer>',
  '<s>Answer[/INST]',
  '<|im_start|>assistant\nAnswer',
  '<|start_header_id|>assistant<|end_header_id|>\n\nAnswer<|eot_id|>',
  '<|channel|>final<|message|>Answer<|return|>',
])('takes the tokens out of %j, in pieces of any size', (answer) => {
  for (const size of [1, 2, 3, 5, 7, 100])
    expect(read(answer.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [])[1]?.trimEnd(), `${size} at once`).toBe('Answer')
})

it.each([
  'It ends at <|im_end|> always.',
  'Use `<|im_end|>`',
  'Was <s>struck</s>',
  'a < b and [1] or </answer',
  'List[int] <b>x</b> [',
])('leaves %j as it is, in pieces of any size', (answer) => {
  for (const size of [1, 2, 3, 5, 7, 100])
    expect(read(answer.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []), `${size} at once`).toEqual(['', answer])
})
