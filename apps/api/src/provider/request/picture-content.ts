import type { Picture } from '../../extension-points/attachments.ts'
import type { RequestBody } from './request-form.ts'

type Content = Extract<RequestBody['messages'][number], { role: 'user' }>['content']

/** A question with its pictures, before the text, as models read them best; in the place of each other one its words. */
export function withPictures(text: string, pictures: readonly Picture[], shown: ReadonlySet<Picture>): Content {
  const hidden = pictures.filter((picture) => !shown.has(picture)).map(({ name }) => noteOf(name))
  const said = [...hidden, text].filter((part) => part.trim() !== '').join('\n\n')
  const images = pictures.flatMap((picture) => {
    const url = shown.has(picture) ? picture.dataUrl?.() : undefined
    return url ? [{ type: 'image_url' as const, image_url: { url } }] : []
  })
  return images.length === 0 ? said : [...images, ...(said ? [{ type: 'text' as const, text: said }] : [])]
}

const noteOf = (name: string) => `[A picture that you cannot see${name && `: ${name}`}]`
