import { crc32, deflateSync } from 'node:zlib'

/** Sizes in pixels as phones, screens and icons have them, made smaller by the page. */
const SIZES = [
  [1536, 2048],
  [1280, 800],
  [640, 480],
  [256, 256],
] as const

/** A PNG file of one grey; few bytes, and as many tokens as any picture of its size. */
export function pictureOf(number: number): Buffer<ArrayBuffer> {
  const [width, height] = SIZES[number % SIZES.length] as (typeof SIZES)[number]
  const rows = Buffer.alloc((width + 1) * height, number % 256)
  for (let y = 0; y < height; y++) rows[y * (width + 1)] = 0 // the filter of a row: none
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  const start = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([start, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
