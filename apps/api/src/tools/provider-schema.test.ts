import { describe, expect, it } from 'vitest'
import { providerSchema } from './provider-schema.ts'

const schema = (of: object, plain = false) => providerSchema(of as Record<string, unknown>, plain)
const text = { type: 'string' }

describe('a schema as providers take it', () => {
  it.each<[string, object, object]>([
    ['has properties where there are none', { type: 'object' }, { type: 'object', properties: {} }],
    ['is an object even where it says nothing', {}, { type: 'object', properties: {} }],
    [
      'has properties in inner objects too',
      { type: 'object', properties: { a: { type: 'object', additionalProperties: text } } },
      { type: 'object', properties: { a: { type: 'object', additionalProperties: text, properties: {} } } },
    ],
    [
      'has items in every array',
      { type: 'object', properties: { a: { type: 'array' }, b: { type: 'array', items: { type: 'array' } } } },
      {
        type: 'object',
        properties: { a: { type: 'array', items: {} }, b: { type: 'array', items: { type: 'array', items: {} } } },
      },
    ],
    [
      'has items that are one schema, not a list of them',
      { type: 'object', properties: { a: { type: 'array', items: [{ $ref: '#' }] } } },
      { type: 'object', properties: { a: { type: 'array', items: {} } } },
    ],
    [
      'says nothing of its own kind and checks',
      {
        $schema: 'http://json-schema.org/draft-07/schema#',
        $id: 'x',
        type: 'object',
        properties: { a: { ...text, $comment: 'b' } },
        additionalProperties: false,
      },
      { type: 'object', properties: { a: text } },
    ],
    [
      'keeps a property that has the name of a keyword',
      { type: 'object', properties: { $schema: text, definitions: text, const: text }, required: ['$schema'] },
      { type: 'object', properties: { $schema: text, definitions: text, const: text }, required: ['$schema'] },
    ],
    [
      'has no references',
      {
        type: 'object',
        properties: {
          a: { $ref: '#/$defs/a~1b', description: 'One.' },
          b: { $ref: '#/definitions/c' },
          c: { $ref: 'x' },
        },
        $defs: { 'a/b': { type: 'array', items: { $ref: '#/definitions/c' } } },
        definitions: { c: { type: 'object' } },
      },
      {
        type: 'object',
        properties: {
          a: { type: 'array', items: { type: 'object', properties: {} }, description: 'One.' },
          b: { type: 'object', properties: {} },
          c: {},
        },
      },
    ],
    [
      'has no types in lists',
      { type: 'object', properties: { a: { type: ['string', 'null'] }, b: { type: ['string', 'number'] } } },
      { type: 'object', properties: { a: text, b: { anyOf: [text, { type: 'number' }] } } },
    ],
    [
      'has a choice of one for a constant',
      { type: 'object', properties: { a: { const: 1 } } },
      { type: 'object', properties: { a: { enum: [1] } } },
    ],
    [
      'has no alternatives at the top: all that they offer, required what all of them require',
      {
        type: 'object',
        required: ['c'],
        properties: { c: text },
        anyOf: [
          { properties: { a: text, b: text }, required: ['a', 'b'] },
          { properties: { a: text, d: text }, required: ['a'] },
        ],
      },
      { type: 'object', properties: { c: text, a: text, b: text, d: text }, required: ['c', 'a'] },
    ],
    [
      'has everything at the top that allOf says',
      {
        allOf: [{ $ref: '#/$defs/a' }, { properties: { b: text }, required: ['b'] }],
        $defs: { a: { properties: { a: text } } },
      },
      { type: 'object', properties: { a: text, b: text }, required: ['b'] },
    ],
  ])('%s', (_, given, expected) => {
    expect(schema(given)).toEqual(expected)
  })

  it('ends where it holds itself', () => {
    const tree = {
      type: 'object',
      properties: { child: { $ref: '#' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
      $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node', description: 'The next.' } } } },
    }
    const json = JSON.stringify(schema(tree))
    expect(json.length).toBeLessThan(2000)
    expect(json).not.toContain('$ref')
    expect(json).toContain('{"type":"object","properties":{},"description":"The next."}')
  })

  it('does not grow without end', () => {
    const level = (n: number) => ({
      type: 'object',
      properties: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`p${i}`, { $ref: `#/$defs/l${n + 1}` }])),
    })
    const $defs = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`l${n}`, level(n)]))
    expect(JSON.stringify(schema({ ...level(0), $defs })).length).toBeLessThan(200_000)
  })
})

it('a plain schema has only what every provider knows, and still says what to fill in', () => {
  const given = {
    type: 'object',
    title: 'Search',
    properties: {
      q: { type: 'string', description: 'What for.', format: 'uri', pattern: '^x', default: 'x' },
      n: { oneOf: [{ type: 'integer', exclusiveMinimum: 0, minimum: 1 }, { const: 'all' }] },
      m: { type: 'object', additionalProperties: text, patternProperties: { x: text } },
    },
    required: ['q'],
  }
  expect(schema(given, true)).toEqual({
    type: 'object',
    properties: {
      q: { type: 'string', description: 'What for.' },
      n: { anyOf: [{ type: 'integer', minimum: 1 }, { enum: ['all'] }] },
      m: { type: 'object', properties: {} },
    },
    required: ['q'],
  })
})
