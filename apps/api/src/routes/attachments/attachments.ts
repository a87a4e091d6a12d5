import { randomUUID } from 'node:crypto'
import { cleanedImage, type ImageType, imageTypes, MOST_IMAGES, MOST_PIXELS } from '@repo/contract/image/cleaned-image'
import { ImageError, type ImageFault } from '@repo/contract/image/pieces'
import { problemSchema } from '@repo/contract/problem'
import type { FastifyError } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Config } from '../../config.ts'
import { AttachmentStore } from '../../db/attachments/attachments.ts'
import type { Pool } from '../../db/database.ts'
import type { Attachments } from '../../extension-points/attachments.ts'
import { ProblemError } from '../../plugins/problems.ts'
import type { Models } from '../../provider/models.ts'
import { StoredImages } from './stored-images.ts'

interface Services {
  readonly config: Config
  readonly pool: Pool
  readonly models: Models
  attachments: Attachments
}

const PURGE_MS = 3600_000
const TYPES = 'PNG, JPEG, WebP or GIF'
const sentences: Record<ImageFault, string> = {
  format: `This is no picture of a kind that models take. Choose a ${TYPES} file.`,
  heic: `HEIC pictures are not taken. Save it as ${TYPES} first; phones have "most compatible" for it.`,
  svg: `SVG is not taken: it is a program rather than a picture. Save it as ${TYPES} first.`,
  broken: 'The picture is damaged, or was cut off on its way. Choose it again, or save it anew.',
  pixels: `The picture has more than ${MOST_PIXELS / 1e6} million pixels. Make it smaller.`,
}
const extensions: Record<ImageType, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/gif': 'gif',
}

const attachmentSchema = z.object({
  id: z.uuid(),
  mediaType: z.enum(imageTypes),
  width: z.int().positive(),
  height: z.int().positive(),
  bytes: z.int().positive(),
})
const limitsSchema = z.object({
  maxBytes: z.int().positive().describe('Of one.'),
  maxImages: z.int().positive().describe('In one question.'),
  maxPixels: z.int().positive().describe('Of one.'),
  mediaTypes: z.array(z.enum(imageTypes)),
})
const params = z.object({ id: z.uuid() })
const binary = z.custom<Buffer>().meta({ type: 'string', format: 'binary' })

/**
 * Pictures, sent before the question in which they stand. The body is the file itself: there is nothing beside it to
 * say, and so nothing to parse, and the page can tell how far it is.
 */
export const images: FastifyPluginAsyncZod<Services> = async (app, services) => {
  const { config, pool, models } = services
  if (!config.attachments.enabled) {
    for (const model of models.all()) model.images = false
    return
  }
  const { maxBytes } = config.attachments
  const store = new AttachmentStore(pool)
  services.attachments = new StoredImages(store, models)
  await store.purge()
  const purging = setInterval(() => void store.purge().catch(() => {}), PURGE_MS).unref() // the next one may do it
  app.addHook('onClose', async () => clearInterval(purging))
  const tooLarge = `The picture is larger than ${Math.floor(maxBytes / 1024)} kB. Make it smaller, or save it with less quality.`

  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    const parser = { parseAs: 'buffer', bodyLimit: maxBytes } as const
    // By its bytes it is known, not by its name: which of the names it has does not matter.
    scope.addContentTypeParser(/^(image\/|application\/octet-stream)/, parser, (_request, body, done) =>
      done(null, body),
    )
    scope.setErrorHandler((error: FastifyError) => {
      if (error.statusCode === 413) throw new ProblemError(413, 'image-too-large', tooLarge)
      if (error.statusCode === 415) throw new ProblemError(415, 'image-refused', sentences.format)
      throw error
    })
    scope.post(
      '/api/attachments',
      {
        bodyLimit: maxBytes,
        schema: {
          tags: ['chat'],
          summary: 'Takes a picture for the next question',
          description: `The body is the file: ${TYPES}. What it says beside the picture, such as where it was taken, is removed. What is not sent with a question within a day is removed, too.`,
          consumes: [...imageTypes, 'application/octet-stream'],
          body: binary,
          response: {
            201: attachmentSchema,
            413: problemSchema,
            415: problemSchema,
            422: problemSchema,
            429: problemSchema,
          },
        },
      },
      async (request, reply) => {
        const { mediaType, width, height, data } = cleaned(request.body)
        if (data.length > maxBytes) throw new ProblemError(413, 'image-too-large', tooLarge)
        const stored = { id: randomUUID(), mediaType, width, height, data: Buffer.from(data.buffer) }
        if (!(await store.add(reply.ensureVisitor(), stored))) {
          const detail = 'There are too many pictures that were not sent. Send or remove some, then add this one again.'
          throw new ProblemError(429, 'too-many-images', detail)
        }
        return reply.status(201).send({ id: stored.id, mediaType, width, height, bytes: data.length })
      },
    )
  })

  const limits = { maxBytes, maxImages: MOST_IMAGES, maxPixels: MOST_PIXELS, mediaTypes: [...imageTypes] }
  app.get(
    '/api/attachments',
    { schema: { tags: ['chat'], summary: 'Which pictures are taken', response: { 200: limitsSchema } } },
    async () => limits,
  )

  app.get(
    '/api/attachments/:id',
    {
      schema: {
        tags: ['chat'],
        summary: 'A picture of the visitor',
        params,
        response: {
          200: {
            description: 'It never changes.',
            content: Object.fromEntries(imageTypes.map((type) => [type, { schema: binary }])),
          },
          304: z.null(),
          404: problemSchema,
        },
      },
    },
    async ({ visitorId, params: { id }, headers }, reply) => {
      const found = visitorId && (await store.find(visitorId, id))
      if (!found) throw unknown()
      const etag = `"${id}"`
      reply.headers({
        etag,
        'cache-control': 'private, max-age=31536000, immutable',
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
      })
      if (headers['if-none-match']?.includes(etag)) return reply.status(304).send(null)
      const name = `picture-${id.slice(0, 8)}.${extensions[found.mediaType as ImageType]}`
      return reply
        .headers({ 'content-type': found.mediaType, 'content-disposition': `inline; filename="${name}"` })
        .send(found.data)
    },
  )

  app.delete(
    '/api/attachments/:id',
    {
      schema: {
        tags: ['chat'],
        summary: 'Takes back a picture that was not sent',
        description: '204 also where there is none. What was sent goes with its conversation.',
        params,
        response: { 204: z.null() },
      },
    },
    async ({ visitorId, params: { id } }, reply) => {
      if (visitorId) await store.remove(visitorId, id)
      return reply.status(204).send(null)
    },
  )
}

function cleaned(body: unknown) {
  try {
    return cleanedImage(Buffer.isBuffer(body) ? body : Buffer.alloc(0))
  } catch (error) {
    if (!(error instanceof ImageError)) throw error
    throw new ProblemError(422, 'image-refused', sentences[error.fault])
  }
}

function unknown(): ProblemError {
  return new ProblemError(404, 'attachment-not-found', 'There is no such picture, or it is not yours.')
}
