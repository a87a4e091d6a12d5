import { ascii, ImageError, orientationIn, type Pieces, slice, tiffOf, viewOf } from './pieces.ts'

/** The picture, its colours and, of an animated one, its frames: no text, no time, and nothing of unknown meaning. */
const KEPT = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD pHYs acTL fcTL fdAT'.split(' '),
)

/** PNG (third edition, W3C) without its text, EXIF but for the orientation, and what stands behind its end. */
export function cleanPng(bytes: Uint8Array): Pieces {
  const kept = [bytes.subarray(0, 8)]
  let size: { width: number; height: number } | undefined
  let orientation = 1
  let hasData = false
  for (let at = 8; ; ) {
    const head = viewOf(slice(bytes, at, at + 8))
    const name = ascii(bytes, at + 4, 4)
    const length = head.getUint32(0)
    const end = at + 12 + length
    const chunk = slice(bytes, at, end)
    if (!/^[a-zA-Z]{4}$/.test(name) || (name === 'IHDR') !== (at === 8)) throw new ImageError('broken')
    if (name === 'IHDR') {
      if (length !== 13) throw new ImageError('broken')
      size = { width: viewOf(chunk).getUint32(8), height: viewOf(chunk).getUint32(12) }
    }
    if (name === 'eXIf') orientation = orientationIn(chunk.subarray(8, -4))
    hasData ||= name === 'IDAT'
    if (KEPT.has(name)) kept.push(chunk)
    at = end
    if (name !== 'IEND') continue
    if (!size || !hasData) throw new ImageError('broken')
    if (orientation !== 1) kept.splice(2, 0, chunkOf('eXIf', tiffOf(orientation)))
    return { pieces: kept, ...size, orientation }
  }
}

function chunkOf(name: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(data.length + 12)
  const view = viewOf(chunk)
  view.setUint32(0, data.length)
  for (let i = 0; i < 4; i++) chunk[4 + i] = name.charCodeAt(i)
  chunk.set(data, 8)
  view.setUint32(data.length + 8, crc32(chunk.subarray(4, -4)))
  return chunk
}

/** As PNG and gzip have it (ISO 3309), bit by bit: for a few bytes only. */
function crc32(bytes: Uint8Array): number {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}
