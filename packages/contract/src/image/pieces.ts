/** Why a picture is not taken. `heic` and `svg` are formats that are none of ours. */
export type ImageFault = 'format' | 'heic' | 'svg' | 'broken' | 'pixels'

export class ImageError extends Error {
  readonly fault: ImageFault

  constructor(fault: ImageFault) {
    super(`the picture is not taken: ${fault}`)
    this.fault = fault
  }
}

/** What is left of a picture, in its order, and its size in pixels as it is stored. */
export interface Pieces {
  readonly pieces: readonly Uint8Array[]
  readonly width: number
  readonly height: number
  /** EXIF's, 1 to 8. */
  readonly orientation?: number
}

/** Each byte a character; shorter at the end. */
export function ascii(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** @throws {ImageError} where it ends before */
export function slice(bytes: Uint8Array, from: number, to: number): Uint8Array {
  if (from < 0 || to < from || to > bytes.length) throw new ImageError('broken')
  return bytes.subarray(from, to)
}

const ORIENTATION = 0x0112

/** The orientation that a TIFF structure (EXIF's) names; 1 where it names none. Its other contents are not looked at. */
export function orientationIn(tiff: Uint8Array): number {
  const view = viewOf(tiff)
  const little = ascii(tiff, 0, 4) === 'II*\0'
  if (tiff.length < 14 || !(little || ascii(tiff, 0, 4) === 'MM\0*')) return 1
  const directory = view.getUint32(4, little)
  if (directory + 2 > tiff.length) return 1
  const count = view.getUint16(directory, little)
  for (let i = 0, at = directory + 2; i < count && at + 12 <= tiff.length; i++, at += 12) {
    if (view.getUint16(at, little) !== ORIENTATION) continue
    const value = view.getUint16(at + 8, little)
    return value >= 1 && value <= 8 ? value : 1
  }
  return 1
}

/** A TIFF structure with an orientation and nothing else. */
export function tiffOf(orientation: number): Uint8Array {
  const short = [0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
  return Uint8Array.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 1, 0, ...short, 0, 0, 0, 0])
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
