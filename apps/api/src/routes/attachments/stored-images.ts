import type { RequestedFile } from '@repo/contract/chat-request'
import { MOST_IMAGES } from '@repo/contract/image/cleaned-image'
import type { FileUIPart } from 'ai'
import type { AttachmentStore } from '../../db/attachments/attachments.ts'
import { storable } from '../../db/storable.ts'
import type { AttachedTo, Attachments, Picture } from '../../extension-points/attachments.ts'
import { ProblemError } from '../../plugins/problems.ts'
import type { Models } from '../../provider/models.ts'
import { imageTokens } from './image-tokens.ts'

/** Of one request to a model, before base64: providers take 20 MB and more, and an API process has many turns. */
const MOST_BYTES = 12 * 1024 ** 2

export const pathOf = (id: string) => `/api/attachments/${id}`
const idIn = (url: string) => /^\/api\/attachments\/([0-9a-f-]{36})$/.exec(url)?.[1]

/** What the API itself says of a picture in a question. */
interface Facts {
  readonly alt?: string
  readonly width?: number
  readonly height?: number
  /** At most, whatever model reads it; limits reserve for as many. */
  readonly tokens?: number
}
const factsOf = ({ providerMetadata }: FileUIPart): Facts => (providerMetadata?.chat ?? {}) as Facts

/** The pictures of questions, from the database. */
export class StoredImages implements Attachments {
  readonly #store: AttachmentStore
  readonly #models: Models

  constructor(store: AttachmentStore, models: Models) {
    this.#store = store
    this.#models = models
  }

  async check(files: readonly RequestedFile[], to: AttachedTo): Promise<FileUIPart[] | null> {
    if (files.length === 0) return []
    if (files.length > MOST_IMAGES) {
      const detail = `The message has ${files.length} pictures; at most ${MOST_IMAGES} are allowed. Send the rest with the next one.`
      throw new ProblemError(422, 'too-many-images', detail)
    }
    const model = this.#models.get(to.model)
    if (to.isNew && !model.images) {
      const detail = `The model ${model.id} takes no pictures. Choose another model, or remove them.`
      throw new ProblemError(422, 'images-not-taken', detail)
    }
    const ids = files.flatMap(({ url }) => idIn(url) ?? [])
    const found = await this.#store.sendable(to.visitorId, to.conversationId, ids)
    const parts = files.flatMap((file): FileUIPart[] => {
      const facts = found.find(({ id }) => pathOf(id) === file.url)
      if (!facts) return []
      const { mediaType, width, height } = facts
      const alt = storable(file.providerMetadata?.chat.alt ?? '').trim()
      const chat = { ...(alt && { alt }), width, height, tokens: imageTokens(width, height) }
      const filename = storable(file.filename ?? '')
      return [{ type: 'file', mediaType, url: file.url, ...(filename && { filename }), providerMetadata: { chat } }]
    })
    return parts.length === files.length ? parts : null
  }

  async keep(files: readonly FileUIPart[], conversationId: string): Promise<void> {
    const ids = files.flatMap(({ url }) => idIn(url) ?? [])
    if (ids.length > 0) await this.#store.keep(conversationId, ids)
  }

  async load(files: readonly FileUIPart[], mostBytes = MOST_BYTES): Promise<ReadonlyMap<string, Picture>> {
    const ids = [...new Set(files.flatMap(({ url }) => idIn(url) ?? []))]
    if (ids.length === 0) return new Map()
    const sizes = new Map((await this.#store.sizes(ids)).map((one) => [one.id, one]))
    let room = mostBytes
    const held = ids.toReversed().filter((id) => {
      const { bytes = Number.POSITIVE_INFINITY } = sizes.get(id) ?? {}
      room -= bytes
      return room >= 0
    })
    const contents = new Map((await this.#store.contents(held)).map(({ id, data }) => [id, data]))
    return new Map(
      files.map((file) => {
        const id = idIn(file.url) ?? ''
        const data = contents.get(id)
        const { alt, width = 0, height = 0, tokens = 0 } = factsOf(file)
        const { mediaType, filename = '' } = file
        const dataUrl = data ? () => `data:${mediaType};base64,${data.toString('base64')}` : null
        const bytes = sizes.get(id)?.bytes ?? 0
        return [file.url, { mediaType, name: alt || filename, width, height, bytes, tokens, dataUrl }]
      }),
    )
  }
}
