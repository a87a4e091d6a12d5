import { cleanedImage, MOST_PIXELS } from '@repo/contract/image/cleaned-image'
import { ImageError } from '@repo/contract/image/pieces'
import { describe, expect, it } from 'vitest'
import { exifOf, PLACE, pictures, pngChunk, pngOf, withPlace } from './pictures.ts'

const kinds = Object.keys(pictures) as (keyof typeof pictures)[]
const fault = (bytes: Uint8Array) => {
  try {
    cleanedImage(bytes)
    return null
  } catch (error) {
    if (!(error instanceof ImageError)) throw error
    return error.fault
  }
}
const has = (bytes: Uint8Array, text: string) => Buffer.from(bytes).includes(Buffer.from(text, 'latin1'))

describe('a picture', () => {
  it.each(kinds)('%s is known by its bytes, and is kept as it is where nothing is to be removed', (kind) => {
    const { data, ...facts } = cleanedImage(pictures[kind])
    expect(facts).toEqual({ mediaType: `image/${kind}`, width: 8, height: 6, orientation: 1 })
    expect(Buffer.from(data)).toEqual(pictures[kind])
  })

  it.each(kinds)('%s loses every byte that tells the place, and nothing of the picture', (kind) => {
    const told = withPlace()[kind]
    expect(has(told, PLACE)).toBe(true)
    const { data } = cleanedImage(told)
    expect(has(data, PLACE)).toBe(false)
    expect(has(data, 'xmpmeta')).toBe(false)
    expect(Buffer.from(data)).toEqual(pictures[kind])
  })

  it.each(['png', 'jpeg', 'webp'] as const)('%s keeps which way up it is, and has its size that way', (kind) => {
    const { data, ...facts } = cleanedImage(withPlace(6)[kind])
    expect(facts).toEqual({ mediaType: `image/${kind}`, width: 6, height: 8, orientation: 6 })
    expect(has(data, PLACE)).toBe(false)
    const again = cleanedImage(data)
    expect(again.orientation).toBe(6)
    expect(again.data).toEqual(data)
  })

  it('keeps its colours: ICC profiles stay', () => {
    expect(has(cleanedImage(withPlace().jpeg).data, 'ICC_PROFILE')).toBe(true)
    expect(has(cleanedImage(withPlace().webp).data, 'ICCP')).toBe(true)
  })
})

describe('what is refused', () => {
  const { png, jpeg, webp, gif } = pictures
  const ascii = (text: string) => Buffer.from(text, 'latin1')
  const changed = (bytes: Buffer, at: number, ...values: number[]) => {
    const copy = Buffer.from(bytes)
    copy.set(values, at)
    return copy
  }

  it('every picture that is cut off, wherever that is', () => {
    for (const kind of kinds)
      for (let length = 0; length < pictures[kind].length; length++)
        expect([kind, length, fault(pictures[kind].subarray(0, length))]).toEqual([
          kind,
          length,
          expect.stringMatching(/broken|format/),
        ])
  })

  it.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'format'],
    ['a page', ascii('<!doctype html><script>alert(1)</script>'), 'format'],
    ['SVG', ascii('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), 'svg'],
    ['SVG behind a declaration', ascii('\xef\xbb\xbf<?xml version="1.0"?><svg/>'), 'svg'],
    ['a photo as phones keep it', ascii('\0\0\0\x18ftypheic\0\0\0\0'), 'heic'],
    ['a PDF', ascii('%PDF-1.7'), 'format'],
    ['BMP', ascii('BM\0\0\0\0'), 'format'],
    ['no width', changed(png, 16, 0, 0, 0, 0), 'broken'],
    ['no height', changed(jpeg, jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 5, 0, 0), 'broken'],
    ['a chunk longer than the file', changed(png, 33, 0x7f, 0xff, 0xff, 0xff), 'broken'],
    ['a chunk of a negative length', changed(png, 33, 0xff, 0xff, 0xff, 0xff), 'broken'],
    ['a segment shorter than its length', changed(jpeg, 4, 0, 1), 'broken'],
    ['a RIFF longer than the file', changed(webp, 4, 0xff, 0xff, 0xff, 0x7f), 'broken'],
    ['a header that stands twice', Buffer.concat([png.subarray(0, 33), png.subarray(8)]), 'broken'],
    ['no picture in it', Buffer.concat([png.subarray(0, 33), pngChunk('IEND', Buffer.alloc(0))]), 'broken'],
    ['a WebP that is no VP8', changed(webp, webp.indexOf('VP8 ') + 11, 0), 'broken'],
    ['a bomb: few bytes, and more pixels than fit', pngOf(30_000, 30_000, 10), 'pixels'],
    ['one pixel row too many', pngOf(5000, MOST_PIXELS / 5000 + 1, 1), 'pixels'],
  ])('%s', (_, bytes, expected) => expect(fault(bytes)).toBe(expected))

  it('a frame of a GIF that is larger than its screen counts', () => {
    const at = gif.indexOf(0x2c, 30)
    expect(fault(changed(gif, at + 5, 0xff, 0xff, 0xff, 0xff))).toBe('pixels')
  })

  it('what stands behind a picture does not get in with it', () => {
    for (const kind of kinds) {
      const polyglot = Buffer.concat([pictures[kind], ascii('<script>alert(1)</script>')])
      expect(Buffer.from(cleanedImage(polyglot).data)).toEqual(pictures[kind])
    }
  })

  it('no bytes whatever make it hang, fail otherwise, or write beyond its end', () => {
    let state = 42
    const random = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state % below
    }
    for (let i = 0; i < 5000; i++) {
      const bytes = Buffer.from(withPlace(1 + (i % 8))[kinds[i % 4] as 'png'])
      for (let n = random(4); n >= 0; n--) bytes[random(bytes.length)] = random(256)
      expect([null, 'broken', 'pixels', 'format', 'svg']).toContain(fault(bytes))
    }
    expect(fault(exifOf(1))).toBe('format')
  })
})
