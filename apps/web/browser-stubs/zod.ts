/**
 * Stands in for zod in the browser: 30 kB with which the AI SDK would check, part by part, the stream that our own API
 * wrote with the same SDK. Whatever is built with it is an empty schema, and whatever is checked against one passes.
 */
const schema: unknown = new Proxy(() => {}, {
  apply: () => schema,
  // Whoever awaits one must not take it for a promise.
  get: (_, key) => (key === 'then' ? undefined : schema),
  has: () => true,
})

export const safeParseAsync = async (_: unknown, data: unknown) => ({ success: true, data })
export const config = () => ({ localeError: schema })

export default schema
export {
  schema as array,
  schema as boolean,
  schema as custom,
  schema as discriminatedUnion,
  schema as enum,
  schema as extend,
  schema as instanceof,
  schema as int,
  schema as lazy,
  schema as literal,
  schema as looseObject,
  schema as maximum,
  schema as minLength,
  schema as NEVER,
  schema as never,
  schema as nonnegative,
  schema as null,
  schema as number,
  schema as object,
  schema as optional,
  schema as pipe,
  schema as positive,
  schema as record,
  schema as refine,
  schema as safeParse,
  schema as startsWith,
  schema as string,
  schema as toJSONSchema,
  schema as transform,
  schema as union,
  schema as unknown,
}
