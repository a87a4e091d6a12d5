import { z } from 'zod'

/**
 * Reads variables of the environment. An empty one counts as unset.
 *
 * @param shape what each has to be
 * @param examples the sentence that a malformed one gets, naming it, its shape and an example
 * @throws Error with the sentences
 */
export function parseEnvironment<Shape extends z.ZodRawShape>(
  env: Record<string, string | undefined>,
  shape: Shape,
  examples: Record<keyof Shape, string>,
): z.infer<z.ZodObject<Shape>> {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value))
  const parsed = z.object(shape).safeParse(set)
  if (!parsed.success) throw new Error(parsed.error.issues.map(({ path }) => examples[String(path[0])]).join('. '))
  return parsed.data
}
