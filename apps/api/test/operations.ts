/** An operation of the API's document. */
export interface Operation {
  readonly path: string
  /** Upper case. */
  readonly method: string
  /** Media types of its body. */
  readonly types: readonly string[]
  /** Of its JSON body. */
  readonly schema: Schema | undefined
  /** Names of what a query may have. */
  readonly queries: readonly string[]
  readonly statuses: readonly string[]
}

type Schema = Record<string, unknown> & {
  readonly type?: string | string[]
  readonly properties?: Record<string, Schema>
  readonly items?: Schema
  readonly anyOf?: Schema[]
  readonly oneOf?: Schema[]
}

interface Described {
  readonly parameters?: readonly { in: string; name: string }[]
  readonly responses: object
  readonly requestBody?: { readonly content: Record<string, { schema?: Schema }> }
}

/** Every operation of `/openapi.json`: what is added to the API is in it, and so in every test that goes through these. */
export async function operationsOf(apiUrl: string): Promise<Operation[]> {
  const { paths } = (await (await fetch(`${apiUrl}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Described>>
  }
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [], requestBody, responses }]) => ({
      path,
      method: method.toUpperCase(),
      types: Object.keys(requestBody?.content ?? {}),
      schema: requestBody?.content['application/json']?.schema,
      queries: parameters.flatMap((one) => (one.in === 'query' ? one.name : [])),
      statuses: Object.keys(responses),
    })),
  )
}

export const isReading = ({ method }: Pick<Operation, 'method'>) => method === 'GET' || method === 'HEAD'

/**
 * A value that a schema takes, with everything that is optional.
 * @param uuid gives the ids in it, by where they stand: `message.id`; undefined: without
 */
export function exampleOf(schema: Schema, uuid: (place: string) => string | undefined, place = ''): unknown {
  const inner = (schema.anyOf ?? schema.oneOf)?.[0]
  if (inner) return exampleOf(inner, uuid, place)
  if ('const' in schema) return schema.const
  if (Array.isArray(schema.enum)) return schema.enum[0]
  switch ([schema.type].flat()[0]) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, one]) => [
          name,
          exampleOf(one, uuid, place ? `${place}.${name}` : name),
        ]),
      )
    case 'array':
      return schema.items ? [exampleOf(schema.items, uuid, place)] : []
    case 'boolean':
      return true
    case 'integer':
    case 'number':
      return 1
    case 'null':
      return null
    default:
      if (schema.format === 'uuid') return uuid(place)
      return /model$/.test(place) ? 'mock-standard' : 'Hello'
  }
}
