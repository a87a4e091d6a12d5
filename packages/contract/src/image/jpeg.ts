import { ascii, ImageError, orientationIn, type Pieces, slice, tiffOf, viewOf } from './pieces.ts'

const SOS = 0xda
const EOI = 0xd9
/** Tables, the interval of restarts, the number of lines. */
const KEPT = new Set([0xc4, 0xcc, 0xdb, 0xdc, 0xdd])
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/**
 * JPEG (ITU-T T.81, annex B) without its application segments, but for the colours' (Adobe's, ICC profiles), JFIF's
 * resolution and EXIF's orientation. Ends with the first end of image: cameras put further pictures behind it.
 */
export function cleanJpeg(bytes: Uint8Array): Pieces {
  const kept: Uint8Array[] = []
  let size: { width: number; height: number } | undefined
  let orientation = 1
  let hasScan = false
  for (let at = 2; ; ) {
    if (bytes[at] !== 0xff) throw new ImageError('broken')
    while (bytes[at + 1] === 0xff) at++
    const marker = bytes[at + 1]
    if (marker === EOI && size && hasScan) {
      const start = bytes.subarray(0, 2)
      const exif = orientation === 1 ? [] : [segment(0xe1, bytesOf('Exif\0\0'), tiffOf(orientation))]
      return { pieces: [start, ...exif, ...kept, slice(bytes, at, at + 2)], ...size, orientation }
    }
    const end = at + 2 + lengthAt(bytes, at + 2)
    const whole = slice(bytes, at, end)
    const name = ascii(whole, 4, 12)
    at = end
    if (marker === undefined || (marker >= 0xd0 && marker <= EOI) || marker < 0xc0) throw new ImageError('broken')
    if (isFrame(marker)) {
      if (size || whole.length < 10) throw new ImageError('broken')
      const view = viewOf(whole)
      size = { height: view.getUint16(5), width: view.getUint16(7) }
      kept.push(whole)
    } else if (marker === SOS) {
      hasScan = true
      at = endOfScan(bytes, end)
      kept.push(whole, bytes.subarray(end, at))
    } else if (KEPT.has(marker)) kept.push(whole)
    else if (marker === 0xe0 && name.startsWith('JFIF\0') && whole.length >= 18)
      kept.push(segment(0xe0, whole.subarray(4, 16), Uint8Array.of(0, 0))) // without its thumbnail
    else if (marker === 0xe2 && name === 'ICC_PROFILE\0') kept.push(whole)
    else if (marker === 0xee && name.startsWith('Adobe')) kept.push(whole)
    else if (marker === 0xe1 && name.startsWith('Exif\0')) orientation = orientationIn(whole.subarray(10))
  }
}

function lengthAt(bytes: Uint8Array, at: number): number {
  const length = viewOf(slice(bytes, at, at + 2)).getUint16(0)
  if (length < 2) throw new ImageError('broken')
  return length
}

/** Where the next marker stands: in what is compressed, a byte of all ones has a zero behind it, or is a restart. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1]
    if (next === undefined) break
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at
  }
  throw new ImageError('broken')
}

const bytesOf = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

function segment(marker: number, ...contents: Uint8Array[]): Uint8Array {
  const length = 2 + contents.reduce((sum, content) => sum + content.length, 0)
  return Uint8Array.from([0xff, marker, length >> 8, length & 255, ...contents.flatMap((content) => [...content])])
}
