import { cleanedImage, type ImageType } from '@repo/contract/image/cleaned-image'
import { ImageError, type ImageFault } from '@repo/contract/image/pieces'

export interface Prepared {
  readonly mediaType: ImageType
  readonly data: Blob
  readonly width: number
  readonly height: number
}

/** No model looks at more: OpenAI fits into 2,048, Anthropic into 1,568 or 2,576, Gemini cuts tiles of 768. */
const LONGEST_SIDE = 2048
/** Before it is decoded: phones have 50 million, and this is what a browser of today decodes without trouble. */
const MOST_DECODED = 100_000_000
const QUALITY = 0.88

/**
 * A picture as it is sent: without what it tells beside the picture, upright, and no larger than models look at. What is
 * small already keeps its bytes.
 * @param maxBytes that the API takes
 * @throws {ImageError} before anything is decoded
 */
export async function prepared(file: Blob, maxBytes: number): Promise<Prepared | 'bytes'> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const clean = cleanedImage(bytes, MOST_DECODED)
  const { mediaType, width, height, orientation } = clean
  const isLarge = Math.max(width, height) > LONGEST_SIDE
  const keep = clean.data.length <= maxBytes
  // A canvas would take its other frames.
  if (keep && (mediaType === 'image/gif' || (!isLarge && orientation === 1)))
    return { mediaType, data: new Blob([clean.data], { type: mediaType }), width, height }
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height))
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
  const canvas = await drawn(file, size)
  for (const type of new Set<ImageType>([mediaType === 'image/gif' ? 'image/png' : mediaType, 'image/jpeg'])) {
    const data = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, QUALITY))
    // A browser that cannot write the type writes PNG.
    if (data && data.size <= maxBytes) return { mediaType: data.type as ImageType, data, ...size }
  }
  return 'bytes'
}

async function drawn(file: Blob, { width, height }: { width: number; height: number }): Promise<HTMLCanvasElement> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new ImageError('broken')
  })
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width, height })
  const context = canvas.getContext('2d')
  if (!context) throw new ImageError('broken')
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, width, height)
  bitmap.close()
  return canvas
}

export function faultOf(error: unknown): ImageFault | 'unreachable' {
  return error instanceof ImageError ? error.fault : 'unreachable'
}
