/** The phone's camera: a live picture, a photo at the best size it gives, a video of at most a minute. */
import { onUnmounted, ref, shallowRef, type Ref } from 'vue'

export interface Shutter {
  bytes: ArrayBuffer
  mediaType: string
}

/** refused: the person or the system said no · none: this browser or phone has no camera for pages. */
export type LensState = 'starting' | 'ready' | 'refused' | 'none'

const SLOWEST_PHOTO_MS = 4000
const QUALITY = 0.9
const VIDEO_TYPES = ['video/mp4', 'video/webm;codecs=vp9', 'video/webm']

export function useLens(video: Ref<HTMLVideoElement | undefined>) {
  const state = ref<LensState>('starting')
  const stream = shallowRef<MediaStream | null>(null)
  let gone = false

  async function start(): Promise<void> {
    if (!navigator.mediaDevices?.getUserMedia) {
      state.value = 'none'
      return
    }
    state.value = 'starting'
    try {
      const found = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: { ideal: 'environment' }, width: { ideal: 4032 }, height: { ideal: 3024 } },
      })
      if (gone) return stop(found)
      stream.value = found
      if (video.value) video.value.srcObject = found
      await video.value?.play().catch(() => {}) // iOS begins by itself
      state.value = 'ready'
    } catch (error) {
      state.value = error instanceof DOMException && error.name === 'NotAllowedError' ? 'refused' : 'none'
    }
  }

  onUnmounted(() => {
    gone = true
    stop(stream.value)
  })

  return { state, stream, start, photo: () => photoOf(video.value!, stream.value!) }
}

function stop(stream: MediaStream | null): void {
  stream?.getTracks().forEach(track => track.stop())
}

/** The sensor's own photo where the browser gives it in time, else the picture on screen. */
async function photoOf(video: HTMLVideoElement, stream: MediaStream): Promise<Shutter> {
  const frame = frameOf(video) // before any waiting: this is what the person saw
  const own = await within(SLOWEST_PHOTO_MS, sensorPhoto(stream)).catch(() => null)
  const blob = own && own.size > 0 ? own : await frame
  return { bytes: await blob.arrayBuffer(), mediaType: blob.type || 'image/jpeg' }
}

async function sensorPhoto(stream: MediaStream): Promise<Blob | null> {
  const track = stream.getVideoTracks()[0]
  if (!track || typeof ImageCapture === 'undefined') return null
  return new ImageCapture(track).takePhoto()
}

function frameOf(video: HTMLVideoElement): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = video.videoWidth
  canvas.height = video.videoHeight
  canvas.getContext('2d')?.drawImage(video, 0, 0)
  return new Promise((resolve, reject) => {
    canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error('the camera gave no picture'))), 'image/jpeg', QUALITY)
  })
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return Promise.race([work, new Promise<never>((_, reject) => setTimeout(() => reject(new Error('too slow')), ms))])
}

/** Begins filming; the result of the call stops and gives the film. */
export function film(stream: MediaStream): () => Promise<Shutter> {
  const mimeType = VIDEO_TYPES.find(type => MediaRecorder.isTypeSupported(type))
  const recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {})
  const pieces: Blob[] = []
  recorder.ondataavailable = ({ data }) => { if (data.size) pieces.push(data) }
  recorder.start(1000)
  return () => new Promise((resolve, reject) => {
    recorder.onstop = async () => {
      const whole = new Blob(pieces, { type: recorder.mimeType || mimeType || 'video/mp4' })
      resolve({ bytes: await whole.arrayBuffer(), mediaType: whole.type })
    }
    recorder.onerror = () => reject(new Error('the camera stopped filming'))
    if (recorder.state === 'inactive') reject(new Error('the camera stopped filming'))
    else recorder.stop()
  })
}

export const canFilm = typeof MediaRecorder !== 'undefined'
