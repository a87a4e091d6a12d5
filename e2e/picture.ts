import { crc32, deflateSync } from 'node:zlib'

/** A picture of a house, as a PNG file of any size. */
export function pictureOf(width: number, height: number): Buffer {
  const rows = Buffer.alloc((width * 3 + 1) * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const roof = y > height * 0.2 && y < height * 0.5 && Math.abs(x / width - 0.5) < y / height - 0.2
      const wall = y >= height * 0.5 && y < height * 0.85 && Math.abs(x / width - 0.5) < 0.25
      const colour = roof ? [168, 62, 44] : wall ? [232, 214, 176] : y > height * 0.8 ? [96, 140, 84] : [150, 196, 226]
      rows.set(colour, y * (width * 3 + 1) + 1 + x * 3)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const start = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([start, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
}
