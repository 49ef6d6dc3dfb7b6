/** Smaller pictures of a photo or of a video's first frame, where this browser can read it; null where it cannot. */
import { sha256Of, type Bytes } from '../hashing'

export interface Pictures {
  /** At most 1600 px, sent ahead of the original. */
  preview: ArrayBuffer | null
  /** At most 320 px, for lists. */
  thumb: ArrayBuffer | null
}

const PREVIEW = 1600
const THUMB = 320
/** Tells a paper from a face; the digits of an identity card are three pixels wide in it and cannot be read. */
const PERSONAL_THUMB = 96
const LONGEST = 8000
/** An area that JPEG's steps of an eighth bring to a little over the preview's. */
const ENOUGH = { desiredWidth: 2400, desiredHeight: 1800 }

interface Size {
  width: number
  height: number
}

interface Frame extends Size {
  image: CanvasImageSource
  close(): void
}

/** Of what is personal the phone keeps a tiny picture alone, and sends none ahead. */
export async function picturesOf(bytes: Bytes, mediaType: string, of: 'open' | 'personal' = 'open'): Promise<Pictures> {
  const frame = typeof document === 'undefined' ? null : await frameOf(bytes instanceof Blob ? bytes.slice(0, bytes.size, mediaType) : new Blob([bytes], { type: mediaType }))
  if (!frame) return { preview: null, thumb: null }
  const large = onceDrawn(frame, of === 'personal' ? PERSONAL_THUMB : PREVIEW)
  if (!large) return { preview: null, thumb: null }
  if (of === 'personal') return { preview: null, thumb: await jpeg(large, 0.6) }
  const small = drawn(large, large, THUMB)
  return { preview: await jpeg(large, 0.82), thumb: small && (await jpeg(small, 0.75)) }
}

export async function previewFacts(preview: ArrayBuffer | null) {
  return preview && { sha256: await sha256Of(preview), size: preview.byteLength, media_type: 'image/jpeg' }
}

/** A file that cannot be drawn (HEIC on Android, a cut video) is kept all the same: pictures are a comfort. */
async function frameOf(file: Blob): Promise<Frame | null> {
  try {
    return file.type.startsWith('video/') ? await ofVideo(file) : await ofImage(file)
  } catch {
    return null
  }
}

async function ofImage(file: Blob): Promise<Frame> {
  const frame = await decodedSmall(file)
  if (frame) return { image: frame, width: frame.displayWidth, height: frame.displayHeight, close: () => frame.close() }
  const image = await createImageBitmap(file)
  return { image, width: image.width, height: image.height, close: () => image.close() }
}

/** A JPEG decoded at no more than it takes to draw it: of twelve million pixels three, where the browser can. null: it cannot, or not this one. */
async function decodedSmall(file: Blob): Promise<VideoFrame | null> {
  // Before frames knew their rotation they were drawn lying on their side.
  if (file.type !== 'image/jpeg' || typeof ImageDecoder === 'undefined' || !('rotation' in VideoFrame.prototype)) return null
  const decoder = new ImageDecoder({ data: file.stream(), type: file.type, ...ENOUGH })
  try {
    return (await decoder.decode()).image
  } catch {
    return null // the other way may know it, and says so where it does not
  } finally {
    decoder.close()
  }
}

function ofVideo(file: Blob): Promise<Frame> {
  const video = document.createElement('video')
  const url = URL.createObjectURL(file)
  return new Promise((resolve, reject) => {
    const close = () => letGo(video)
    const fail = () => { close(); reject(new Error('this browser cannot play the video')) }
    const timer = setTimeout(fail, LONGEST)
    video.muted = true
    video.playsInline = true
    video.onerror = fail
    video.onseeked = () => {
      clearTimeout(timer)
      resolve({ image: video, width: video.videoWidth, height: video.videoHeight, close })
    }
    video.onloadeddata = () => { video.currentTime = Math.min(0.1, video.duration || 0.1) }
    video.src = url
  })
}

/** At once: left to itself a browser keeps a film's decoder and what it read ahead until much later. */
export function letGo(video: HTMLVideoElement): void {
  URL.revokeObjectURL(video.src)
  video.onerror = null
  video.removeAttribute('src')
  video.load()
}

/** Lets go of the frame at once: twelve million pixels are 48 MB. */
function onceDrawn(frame: Frame, longest: number): HTMLCanvasElement | null {
  try {
    return drawn(frame.image, frame, longest)
  } finally {
    frame.close()
  }
}

function drawn(image: CanvasImageSource, { width, height }: Size, longest: number): HTMLCanvasElement | null {
  const scale = Math.min(1, longest / Math.max(width, height, 1))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(width * scale))
  canvas.height = Math.max(1, Math.round(height * scale))
  const brush = canvas.getContext('2d')
  brush?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return brush && canvas
}

/** Empties the canvas. */
async function jpeg(canvas: HTMLCanvasElement, quality: number): Promise<ArrayBuffer | null> {
  const made = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, 'image/jpeg', quality))
  canvas.width = canvas.height = 0 // iOS frees a canvas late, and counts its memory
  return made && made.type === 'image/jpeg' ? made.arrayBuffer() : null
}
