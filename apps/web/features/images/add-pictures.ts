import type { FileUIPart } from 'ai'
import type { AttachedFile, DraftProps } from '../../feature.ts'
import { request } from '../../request.ts'
import type { WordsOf } from '../../words/use-words.tsx'
import { beVisitor } from '../first-visit/be-visitor.ts'
import { faultOf, type Prepared, prepared } from './prepare.ts'

/** Why it cannot be sent: one of our own words, or what the API says. */
type Fault = keyof WordsOf<'images'>['faults'] | { readonly said: string }

/** One beside the message, from when it was chosen. */
export interface Picture extends AttachedFile {
  readonly name: string
  /** 0 to 1, while it is sent. */
  readonly progress?: number
  readonly fault?: Fault
}

interface Limits {
  readonly maxBytes: number
  readonly maxImages: number
}

/** Where the API tells none; it will say so itself. */
const USUAL: Limits = { maxBytes: 5 * 1024 ** 2, maxImages: 8 }
let limits: Promise<Limits> | undefined
/** Of this page; those of an earlier one may be back after a reload. Not `newId`: its file brings all of the AI SDK with it. */
let count = 0
/** One after the other: each is prepared and sent before the next is read into memory. */
let queue = Promise.resolve()

type SetFiles = DraftProps['setFiles']

/** Puts pictures beside the message, and begins to send them. */
export async function addPictures(files: Iterable<File>, setFiles: SetFiles, fallbackName: string): Promise<void> {
  limits ??= request<Limits>('GET', '/attachments').then((told) => {
    if (!told) limits = undefined
    return told ?? USUAL
  })
  const known = await limits
  const added = [...files].map((file) => ({
    file,
    id: `${performance.timeOrigin}-${count++}`,
    name: file.name || fallbackName,
  }))
  setFiles((current) => {
    const room = known.maxImages - current.length
    return [
      ...current,
      ...added.map(({ id, name }, i): Picture => ({ id, name, part: null, ...(i >= room && { fault: 'many' }) })),
    ]
  })
  for (const { file, id, name } of added) queue = queue.then(() => send(file, id, name, known, setFiles))
}

async function send(file: File, id: string, name: string, { maxBytes }: Limits, setFiles: SetFiles): Promise<void> {
  let wanted = false
  const change = (to: Partial<Picture>) =>
    setFiles((current) => current.map((one) => (one.id === id ? { ...one, ...to } : one)))
  // What has been removed meanwhile, or is one too many, is not sent.
  await new Promise<void>((resolve) =>
    setFiles((current) => {
      wanted = current.some((one) => one.id === id && !(one as Picture).fault)
      resolve()
      return current
    }),
  )
  if (!wanted) return
  try {
    change({ progress: 0 })
    const picture = await prepared(file, maxBytes)
    if (picture === 'bytes') return change({ fault: 'bytes' })
    await beVisitor()
    change({ ...(await uploaded(picture, name, (progress) => change({ progress }))) })
  } catch (error) {
    change({ fault: faultOf(error) })
  }
}

/** By XMLHttpRequest: `fetch` does not tell how much has been sent. */
function uploaded(picture: Prepared, name: string, onProgress: (share: number) => void): Promise<Partial<Picture>> {
  return new Promise((resolve, reject) => {
    const upload = new XMLHttpRequest()
    upload.open('POST', '/api/attachments')
    upload.setRequestHeader('content-type', picture.mediaType)
    upload.responseType = 'json'
    upload.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0)
    upload.onerror = () => reject(new Error('unreachable'))
    upload.onload = () => {
      const { response, status } = upload
      if (status !== 201) return resolve({ fault: response?.detail ? { said: response.detail } : 'unreachable' })
      const { id, mediaType, width, height } = response
      const chat = { width, height }
      const part: FileUIPart = {
        ...{ type: 'file', mediaType, filename: name, url: `/api/attachments/${id}` },
        providerMetadata: { chat },
      }
      resolve({ part, progress: 1 })
    }
    upload.send(picture.data)
  })
}
