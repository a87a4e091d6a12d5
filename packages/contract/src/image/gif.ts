import { ascii, ImageError, type Pieces, slice, viewOf } from './pieces.ts'

const EXTENSION = 0x21
const IMAGE = 0x2c
const TRAILER = 0x3b
const GRAPHIC_CONTROL = 0xf9
const APPLICATION = 0xff
/** How often an animation is shown: the name, and two bytes. More would be something else. */
const LOOP_BYTES = 19

/** GIF89a without comments, text, XMP and all other extensions but those of an animation, and without what follows its end. */
export function cleanGif(bytes: Uint8Array): Pieces {
  const screen = viewOf(slice(bytes, 0, 13))
  let width = screen.getUint16(6, true)
  let height = screen.getUint16(8, true)
  let at = 13 + tableLength(screen.getUint8(10))
  const kept = [slice(bytes, 0, at)]
  for (let hasImage = false; ; ) {
    const from = at
    const kind = bytes[at]
    if (kind === TRAILER && hasImage) return { pieces: [...kept, bytes.subarray(at, at + 1)], width, height }
    if (kind === IMAGE) {
      const frame = viewOf(slice(bytes, at, at + 10))
      // Where it reaches beyond the screen, some show it whole.
      width = Math.max(width, frame.getUint16(1, true) + frame.getUint16(5, true))
      height = Math.max(height, frame.getUint16(3, true) + frame.getUint16(7, true))
      hasImage = true
      at = endOfBlocks(bytes, at + 11 + tableLength(frame.getUint8(9)))
      kept.push(bytes.subarray(from, at))
    } else if (kind === EXTENSION) {
      const label = bytes[at + 1]
      const isLoop = label === APPLICATION && /^(NETSCAPE2\.0|ANIMEXTS1\.0)$/.test(ascii(bytes, at + 3, 11))
      at = endOfBlocks(bytes, at + 2)
      const length = at - from
      if ((label === GRAPHIC_CONTROL && length === 8) || (isLoop && length === LOOP_BYTES))
        kept.push(bytes.subarray(from, at))
    } else throw new ImageError('broken')
  }
}

/** @param packed the byte of flags: whether there is a table of colours, and how many it has */
function tableLength(packed: number): number {
  return packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0
}

/** Each block begins with its length; an empty one is the last. */
function endOfBlocks(bytes: Uint8Array, from: number): number {
  let at = from
  for (let length = bytes[at]; length !== 0; length = bytes[at]) {
    if (length === undefined) throw new ImageError('broken')
    at += 1 + length
  }
  return at + 1
}
