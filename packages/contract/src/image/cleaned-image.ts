import { cleanGif } from './gif.ts'
import { cleanJpeg } from './jpeg.ts'
import { ascii, ImageError, joined, type Pieces } from './pieces.ts'
import { cleanPng } from './png.ts'
import { cleanWebp } from './webp.ts'

/** What models take; everything else, vector graphics above all, is refused. */
export const imageTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'] as const
export type ImageType = (typeof imageTypes)[number]

/** Pixels of one picture, decoded it has four bytes for each. A photo of a phone has 12 to 50 million: the page shrinks it. */
export const MOST_PIXELS = 25_000_000
/** In one question. */
export const MOST_IMAGES = 8

export interface CleanedImage {
  readonly mediaType: ImageType
  /** Pixels, as it is shown: turned by its orientation. */
  readonly width: number
  readonly height: number
  /** EXIF's, 1 to 8: 1 is upright. */
  readonly orientation: number
  readonly data: Uint8Array<ArrayBuffer>
}

/**
 * A picture without all that is not one: where and with what it was taken, comments, thumbnails, and whatever stands
 * behind its end. Known by its bytes, whatever it is called. Nothing is decoded: its parts are walked through, those that
 * are needed to show it are kept as they are, and its size is that of its header.
 * @param mostPixels that it may have
 * @throws {ImageError} when it is none, when it is cut off, or too large
 */
export function cleanedImage(bytes: Uint8Array, mostPixels = MOST_PIXELS): CleanedImage {
  const found = formats.find(({ is }) => is(bytes))
  if (!found) throw new ImageError(strangerIn(bytes))
  const { pieces, width, height, orientation = 1 } = found.clean(bytes)
  if (width < 1 || height < 1) throw new ImageError('broken')
  if (width * height > mostPixels) throw new ImageError('pixels')
  const size = orientation > 4 ? { width: height, height: width } : { width, height }
  return { mediaType: found.mediaType, ...size, orientation, data: joined(pieces) }
}

interface Format {
  readonly mediaType: ImageType
  readonly is: (bytes: Uint8Array) => boolean
  readonly clean: (bytes: Uint8Array) => Pieces
}

const formats: readonly Format[] = [
  { mediaType: 'image/png', is: (bytes) => ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n', clean: cleanPng },
  { mediaType: 'image/jpeg', is: (bytes) => ascii(bytes, 0, 3) === '\xff\xd8\xff', clean: cleanJpeg },
  {
    mediaType: 'image/webp',
    is: (bytes) => ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP',
    clean: cleanWebp,
  },
  { mediaType: 'image/gif', is: (bytes) => /^GIF8[79]a$/.test(ascii(bytes, 0, 6)), clean: cleanGif },
]

/** What people try most, so that they can be told what to do. */
function strangerIn(bytes: Uint8Array) {
  if (/^ftyp(hei|hev|mif1|msf1)/.test(ascii(bytes, 4, 8))) return 'heic'
  return /^(\xef\xbb\xbf)?\s*<(\?xml|svg|!doctype svg|!--)/i.test(ascii(bytes, 0, 200)) ? 'svg' : 'format'
}
