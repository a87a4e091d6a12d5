import { crc32, deflateSync } from 'node:zlib'

const base64 = (...lines: string[]) => Buffer.from(lines.join(''), 'base64')
const ascii = (text: string) => Buffer.from(text, 'latin1')
const uint32 = (value: number, little = false) => {
  const bytes = Buffer.alloc(4)
  little ? bytes.writeUInt32LE(value) : bytes.writeUInt32BE(value)
  return bytes
}

/** 8 by 6 pixels each, as Chromium's canvas writes them; the last two with an ICC profile. */
export const pictures = {
  png: base64(
    'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAGCAYAAAD+Bd/7AAAAL0lEQVR4AYSMwQkAAAgCpZUcqpnaqZ3qK34U7iHoFZenLHlKISQPpgHFhdngD+',
    '8PAAD//yOqnygAAAAGSURBVAMA3nsVlZ+do6oAAAAASUVORK5CYII=',
  ),
  jpeg: base64(
    '/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAA',
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'AAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAA',
    'ABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1',
    'AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAP',
    'KnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/',
    '2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi',
    '9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAGAAgDASIAAhEBAxEB/8QAFQABAQAA',
    'AAAAAAAAAAAAAAAAAAT/xAAaEAACAgMAAAAAAAAAAAAAAAAAAQMRAhJR/8QAFQEBAQAAAAAAAAAAAAAAAAAABAb/xAAYEQADAQEAAAAAAAAAAA',
    'AAAAABAgMAEf/aAAwDAQACEQMRAD8AklmymrZJVwAAgOahnNZqFQcG/9k=',
  ),
  webp: base64(
    'UklGRiYCAABXRUJQVlA4WAoAAAAgAAAABwAABQAASUNDUMgBAAAAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAA',
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'AAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAA',
    'ABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1',
    'AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAP',
    'KnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADZW',
    'UDggOAAAAPABAJ0BKggABgACwEwlsAJ0ugACuiwmwADLImWjIYufqOYtFGNvf7Sg/4/3KO8Iqxt+W/0m7mAA',
  ),
  /** Two frames of 2 by 2, endless. */
  gif: Buffer.concat([
    ascii('GIF89a'),
    Buffer.from([8, 0, 6, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255]),
    Buffer.from([0x21, 0xff, 11]),
    ascii('NETSCAPE2.0'),
    Buffer.from([3, 1, 0, 0, 0]),
    ...[0, 1].flatMap(() => [
      Buffer.from([0x21, 0xf9, 4, 0, 10, 0, 0, 0]),
      Buffer.from([0x2c, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2, 2, 0x84, 0x51, 0]),
    ]),
    Buffer.from([0x3b]),
  ]),
}

/** A plain one of any size: what compresses as well is as large as it likes. */
export function pngOf(width: number, height: number, rows = height): Buffer {
  const header = Buffer.concat([uint32(width), uint32(height), Buffer.from([8, 0, 0, 0, 0])])
  const data = deflateSync(Buffer.alloc((width + 1) * rows, 0))
  return Buffer.concat([
    pictures.png.subarray(0, 8),
    pngChunk('IHDR', header),
    pngChunk('IDAT', data),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

export function pngChunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([ascii(name), data])
  return Buffer.concat([uint32(data.length), body, uint32(crc32(body))])
}

/** The canary of a place: what must not be found in any byte afterwards. */
export const PLACE = 'N52.5200-E13.4050'

/** EXIF with an orientation and a place: a directory of two entries, and the place behind it. */
export function exifOf(orientation: number): Buffer {
  const entries = Buffer.from([
    0,
    2,
    1,
    0x12,
    0,
    3,
    0,
    0,
    0,
    1,
    0,
    orientation,
    0,
    0,
    1,
    0x0e,
    0,
    2,
    0,
    0,
    0,
    17,
    0,
    0,
    0,
    38,
  ])
  return Buffer.concat([ascii('MM\0*'), uint32(8), entries, uint32(0), ascii(PLACE)])
}

/** The same pictures as cameras and programs write them: with EXIF, XMP, comments and a thumbnail that tell the place. */
export function withPlace(orientation = 1): Record<keyof typeof pictures, Buffer> {
  const { png, jpeg, webp, gif } = pictures
  const exif = exifOf(orientation)
  const text = pngChunk('tEXt', ascii(`Comment\0${PLACE}`))
  const xmp = ascii(`<x:xmpmeta>${PLACE}</x:xmpmeta>`)
  const segment = (marker: number, ...data: Buffer[]) => {
    const content = Buffer.concat(data)
    return Buffer.concat([Buffer.from([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255]), content])
  }
  const chunk = (name: string, data: Buffer) =>
    Buffer.concat([ascii(name), uint32(data.length, true), data, Buffer.alloc(data.length % 2)])
  const riff = Buffer.concat([webp.subarray(8), chunk('EXIF', exif), chunk('XMP ', xmp)])
  riff[12] = (riff[12] ?? 0) | 0x0c
  return {
    png: Buffer.concat([
      png.subarray(0, 33),
      text,
      pngChunk('eXIf', exif),
      pngChunk('zzZz', xmp),
      png.subarray(33),
      xmp,
    ]),
    jpeg: Buffer.concat([
      jpeg.subarray(0, 2),
      segment(0xe1, ascii('Exif\0\0'), exif),
      segment(0xe1, ascii('http://ns.adobe.com/xap/1.0/\0'), xmp),
      segment(0xed, ascii('Photoshop 3.0\0'), xmp),
      segment(0xfe, xmp),
      jpeg.subarray(2),
      withThumbnail(jpeg),
    ]),
    webp: Buffer.concat([ascii('RIFF'), uint32(riff.length, true), riff, xmp]),
    gif: Buffer.concat([
      gif.subarray(0, 19),
      Buffer.from([0x21, 0xfe, PLACE.length]),
      ascii(PLACE),
      Buffer.from([0]),
      Buffer.from([0x21, 0xff, 11]),
      ascii('XMP DataXMP'),
      Buffer.from([xmp.length]),
      xmp,
      Buffer.from([0]),
      gif.subarray(19),
      xmp,
    ]),
  }
}

/** A second picture behind the end of the first, as phones put them there. */
function withThumbnail(jpeg: Buffer): Buffer {
  return Buffer.concat([jpeg, ascii(PLACE)])
}
