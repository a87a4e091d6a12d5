import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** A body by its first bytes: what headers say of it is often wrong. */
export const bytes = {
  isCompressed: (first: Uint8Array) => first[0] === 0x1f && first[1] === 0x8b,
  inflated: (wire: Readable): Readable => pipeline(wire, createGunzip(), () => {}),
  encoding(first: Uint8Array): string {
    if (first[1] === 0 || (first[0] === 0xff && first[1] === 0xfe)) return 'utf-16le'
    return first[0] === 0xfe && first[1] === 0xff ? 'utf-16be' : 'utf-8'
  },
}
