import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { z } from 'zod'

/** What the user gave cannot work; the message is a sentence for them. */
export class UsageError extends Error {}

/** What an answer has to be: all that is named. */
export interface Expected {
  /** The whole text, blanks around it aside. */
  readonly exact?: string | undefined
  readonly regex?: RegExp | undefined
  /** Of the JSON that the answer is, or has in its first fence. */
  readonly schema?: ValidateFunction | undefined
  /** A tool that has to be called and to work; false: none may be called. */
  readonly tool?: string | false | undefined
  /** A rubric: what a model is to judge by. */
  readonly judge?: string | undefined
}

export interface Question {
  /** `gen_ai.evaluation.name`: a label of metrics. */
  readonly name: string
  readonly ask: string
  readonly expect: Expected
}

export interface Questions {
  /** How often each is asked. */
  readonly repeats: number
  readonly model?: string | undefined
  readonly thresholds: {
    /** Share of the answers that have to pass, 0 to 1. */
    readonly passed: number
    /** USD, of an answer on average. */
    readonly costUsd?: number | undefined
  }
  readonly questions: readonly Question[]
}

/** Unknown keywords are refused: they are typing errors. */
const ajv = new Ajv2020({ strictTypes: false, strictRequired: false })

/** A field that is read by something that can throw: its message becomes the issue. */
function read<In extends z.ZodType, Out>(schema: In, into: (value: z.output<In>) => Out) {
  return schema.transform((value, context) => {
    try {
      return into(value)
    } catch (error) {
      context.addIssue((error as Error).message)
      return z.NEVER
    }
  })
}

const questionsSchema = (folder: string) =>
  z.strictObject({
    repeats: z.int().min(1).max(1000).default(3),
    model: z.string().optional(),
    thresholds: z.strictObject({
      passed: z.number().min(0).max(1),
      costUsd: z.number().positive().optional(),
    }),
    questions: z
      .array(
        z.strictObject({
          name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be a name like percent-of, in small letters'),
          ask: z.string().trim().min(1),
          expect: z
            .strictObject({
              exact: z.string().trim().min(1).optional(),
              regex: read(z.string().min(1), (text) => new RegExp(text, 'u')).optional(),
              schema: read(z.record(z.string(), z.unknown()), (schema) => ajv.compile(schema)).optional(),
              tool: z.union([z.string().min(1), z.literal(false)]).optional(),
              judge: read(z.string().min(1), (file) => readFileSync(path.resolve(folder, file), 'utf8')).optional(),
            })
            .refine(
              (expected) => Object.keys(expected).length > 0,
              'must name at least one: exact, regex, schema, tool or judge',
            ),
        }),
      )
      .min(1)
      .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'must have different names'),
  })

/**
 * Reads a file of questions; docs/evaluation.md has its form. Rubrics are found from where it lies.
 * @throws {UsageError} naming the file, the place in it and what is wrong there
 */
export function readQuestions(file: string): Questions {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}). Name a file of questions.`)
  }
  let given: unknown
  try {
    given = parse(text)
  } catch (error) {
    throw new UsageError(`${file} is no YAML: ${(error as Error).message.split('\n', 1)[0]}`)
  }
  const parsed = questionsSchema(path.dirname(file)).safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UsageError(
    `${file}, ${issue?.path.join('.') || 'its top'}: ${issue?.message}. docs/evaluation.md has its form.`,
  )
}
