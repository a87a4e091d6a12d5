import type { RequestedFile } from '@repo/contract/chat-request'
import type { FileUIPart } from 'ai'

/** A picture as a model gets it. */
export interface Picture {
  readonly mediaType: string
  /** What people call it: what they say is to be seen, else its file's name. */
  readonly name: string
  readonly width: number
  readonly height: number
  readonly bytes: number
  /** At most. */
  readonly tokens: number
  /** A function, so that nothing that writes a message as JSON writes the picture. Null: it cannot be sent. */
  readonly dataUrl: (() => string) | null
}

/** The question that files come with. */
export interface AttachedTo {
  readonly visitorId: string
  readonly conversationId: string
  readonly model: string
  /** False: it has been asked before, and is asked again as it was. */
  readonly isNew: boolean
}

/** Pictures that people send before the question in which they stand. */
export interface Attachments {
  /**
   * Before anything is stored or the provider called.
   * @returns the parts as they are stored; null: one of them is not the visitor's, or not there
   * @throws {ProblemError} 422 in words, such as that the model takes none
   */
  check(files: readonly RequestedFile[], to: AttachedTo): Promise<FileUIPart[] | null>
  /** They stay as long as the conversation. */
  keep(files: readonly FileUIPart[], conversationId: string): Promise<void>
  /**
   * By their URLs; of the newest ones the contents, too.
   * @param files oldest first
   * @param mostBytes of all contents together; absent: as many as a model is sent
   */
  load(files: readonly FileUIPart[], mostBytes?: number): Promise<ReadonlyMap<string, Picture>>
}

/** Stands in for them: there are none. */
export const noAttachments: Attachments = {
  check: async (files) => (files.length === 0 ? [] : null),
  keep: async () => {},
  load: async () => new Map(),
}
