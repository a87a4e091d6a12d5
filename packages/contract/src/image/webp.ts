import { ascii, ImageError, joined, orientationIn, type Pieces, slice, tiffOf, viewOf } from './pieces.ts'

const KEPT = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])
/** Of `VP8X`: that there is EXIF, and that there is XMP. */
const EXIF = 0x08
const XMP = 0x04

interface Chunk {
  readonly name: string
  readonly data: Uint8Array
}

/** WebP (RFC 9649) without XMP, EXIF but for the orientation, unknown chunks, and what stands behind its end. */
export function cleanWebp(bytes: Uint8Array): Pieces {
  const chunks = chunksOf(slice(bytes, 12, 8 + viewOf(slice(bytes, 0, 12)).getUint32(4, true)))
  const exif = chunks.find(({ name }) => name === 'EXIF')?.data
  // Some put JPEG's name of it in front.
  const tiff = exif && ascii(exif, 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif
  const isExtended = chunks[0]?.name === 'VP8X'
  const orientation = tiff && isExtended ? orientationIn(tiff) : 1
  const sizes = chunks.flatMap((chunk) => sizeOf(chunk) ?? [])
  if (!/^VP8[ LX]$/.test(chunks[0]?.name ?? '') || !chunks.some(({ name }) => /^(VP8[ L]|ANMF)$/.test(name)))
    throw new ImageError('broken')

  const kept = chunks.filter(({ name }) => KEPT.has(name)).map((chunk) => cleaned(chunk, orientation))
  if (orientation !== 1) kept.push({ name: 'EXIF', data: tiffOf(orientation) })
  const body = kept.flatMap(written)
  const head = new Uint8Array(12)
  head.set(bytes.subarray(0, 12))
  const length = body.reduce((sum, piece) => sum + piece.length, 4)
  viewOf(head).setUint32(4, length, true)
  return {
    pieces: [head, ...body],
    width: Math.max(0, ...sizes.map(({ width }) => width)),
    height: Math.max(0, ...sizes.map(({ height }) => height)),
    orientation,
  }
}

function chunksOf(bytes: Uint8Array): Chunk[] {
  const chunks: Chunk[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = viewOf(slice(bytes, at, at + 8)).getUint32(4, true)
    chunks.push({ name: ascii(bytes, at, 4), data: slice(bytes, at + 8, at + 8 + length) })
    at += 8 + length + (length % 2)
  }
  return chunks
}

function sizeOf({ name, data }: Chunk): { width: number; height: number } | undefined {
  const int = (at: number, bytes: number) =>
    slice(data, at, at + bytes).reduce((sum, byte, i) => sum + byte * 256 ** i, 0)
  if (name === 'VP8X') return { width: int(4, 3) + 1, height: int(7, 3) + 1 }
  if (name === 'VP8 ') {
    if (ascii(data, 3, 3) !== '\x9d\x01\x2a') throw new ImageError('broken')
    return { width: int(6, 2) & 0x3fff, height: int(8, 2) & 0x3fff }
  }
  if (name !== 'VP8L') return undefined
  if (data[0] !== 0x2f) throw new ImageError('broken')
  const bits = int(1, 4)
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}

function cleaned(chunk: Chunk, orientation: number): Chunk {
  if (chunk.name === 'VP8X') {
    const data = Uint8Array.from(slice(chunk.data, 0, 10))
    data[0] = ((data[0] ?? 0) & ~(EXIF | XMP)) | (orientation === 1 ? 0 : EXIF)
    return { name: chunk.name, data }
  }
  if (chunk.name !== 'ANMF') return chunk
  // A frame has chunks of its own.
  const inner = chunksOf(slice(chunk.data, 16, chunk.data.length)).filter(({ name }) => KEPT.has(name))
  const data = joined([slice(chunk.data, 0, 16), ...inner.flatMap(written)])
  return { name: chunk.name, data }
}

function written({ name, data }: Chunk): Uint8Array[] {
  const head = new Uint8Array(8)
  for (let i = 0; i < 4; i++) head[i] = name.charCodeAt(i)
  viewOf(head).setUint32(4, data.length, true)
  return [head, data, new Uint8Array(data.length % 2)]
}
