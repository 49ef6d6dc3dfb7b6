/** The phone's camera: a live picture, a photo at the best size it gives, a video of at most two minutes. */
import { onUnmounted, ref, shallowRef, type Ref } from 'vue'
import type { Bytes } from '../hashing'
import { Trouble } from '../trouble'
import { LONGEST_FILM_S } from './acceptable'

export interface Shutter {
  bytes: Bytes
  mediaType: string
}

/** refused: the person or the system said no · none: this browser or phone has no camera for pages · ended: the phone took it back. */
export type LensState = 'starting' | 'ready' | 'refused' | 'none' | 'ended'

const SLOWEST_PHOTO_MS = 4000
/** Intake shows no more than 60 megapixels of a JPEG. */
const MOST_PIXELS = 60e6
/** 120 seconds are then about 75 MB. */
const BITS_PER_SECOND = 5_000_000
/** More across or down than this is no video for intake. */
const FILM_SIZE = { width: { ideal: 1920, max: 4096 }, height: { ideal: 1080, max: 2304 } }
const PHOTO_SIZE = { width: { ideal: 4032 }, height: { ideal: 3024 } }
const QUALITY = 0.9
const VIDEO_TYPES = ['video/mp4', 'video/webm;codecs=vp9', 'video/webm']

export function useLens(video: Ref<HTMLVideoElement | undefined>) {
  const state = ref<LensState>('starting')
  const stream = shallowRef<MediaStream | null>(null)
  /** null: this camera has none for pages. */
  const torch = ref<boolean | null>(null)
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
        video: { facingMode: { ideal: 'environment' }, ...PHOTO_SIZE },
      })
      if (gone) return stop(found)
      stop(stream.value)
      stream.value = found
      found.getVideoTracks()[0]?.addEventListener('ended', () => { if (stream.value === found) state.value = 'ended' })
      if (video.value) video.value.srcObject = found
      await video.value?.play().catch(() => {}) // iOS begins by itself
      torch.value = canLight(found) ? false : null
      state.value = 'ready'
    } catch (error) {
      state.value = error instanceof DOMException && error.name === 'NotAllowedError' ? 'refused' : 'none'
    }
  }

  onUnmounted(() => {
    gone = true
    stop(stream.value)
  })

  async function light(): Promise<void> {
    const on = !torch.value
    await stream.value?.getVideoTracks()[0]?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] })
    torch.value = on
  }

  return { state, stream, torch, light, start, photo: () => photoOf(video.value, stream.value) }
}

/** A call, another app or a permission taken back: the last picture stays on screen, and would be sealed as one of now. */
function requireSeeing(stream: MediaStream | null): MediaStream {
  const track = stream?.getVideoTracks()[0]
  if (stream && track?.readyState === 'live' && !track.muted) return stream
  throw new Trouble('CameraEnded', '相机已被手机收回，画面不是现在的，没有拍照。请重新打开相机。', 'The phone took the camera back: the picture is not of now, and none was taken. Open the camera again.')
}

function canLight(stream: MediaStream): boolean {
  return (stream.getVideoTracks()[0]?.getCapabilities?.() as { torch?: boolean } | undefined)?.torch === true
}

function stop(stream: MediaStream | null): void {
  stream?.getTracks().forEach(track => track.stop())
}

/** The sensor's own photo where the browser gives it in time, else the picture on screen. */
async function photoOf(video: HTMLVideoElement | undefined, stream: MediaStream | null): Promise<Shutter> {
  const seeing = requireSeeing(stream)
  const frame = frameOf(video!) // before any waiting: this is what the person saw
  frame.catch(() => {}) // told below, where the sensor gives no photo either
  const own = await within(SLOWEST_PHOTO_MS, sensorPhoto(seeing)).catch(() => null)
  const blob = own && own.size > 0 ? own : await frame
  return { bytes: await blob.arrayBuffer(), mediaType: blob.type || 'image/jpeg' }
}

async function sensorPhoto(stream: MediaStream): Promise<Blob | null> {
  const track = stream.getVideoTracks()[0]
  if (!track || typeof ImageCapture === 'undefined') return null
  const camera = new ImageCapture(track)
  const most = await camera.getPhotoCapabilities().catch(() => null)
  const [width, height] = [most?.imageWidth?.max ?? 0, most?.imageHeight?.max ?? 0]
  const fits = width * height > 0 && width * height <= MOST_PIXELS
  // Some phones name a size and then refuse it: the plain photo is still better than the picture on screen.
  return fits ? camera.takePhoto({ imageWidth: width, imageHeight: height }).catch(() => camera.takePhoto()) : camera.takePhoto()
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

/** A film under way: `ended` resolves when it stopped, by `stop`, by its time or by the phone, and its last piece was given. */
export interface Filming {
  mediaType: string
  stop(): void
  ended: Promise<void>
}

/** Begins filming; each second goes to `piece` as it comes. Stops by itself after two minutes. */
export async function film(stream: MediaStream, begin: (mediaType: string) => Promise<(piece: Blob) => void>): Promise<Filming> {
  const track = stream.getVideoTracks()[0]
  await track?.applyConstraints(FILM_SIZE).catch(() => {}) // a camera that has no such size is looked at next
  const { width = 0, height = 0 } = track?.getSettings() ?? {}
  if (Math.max(width, height) > 4096 || Math.min(width, height) > 2304) {
    throw new Trouble('FilmTooLarge', '这台手机的摄像头不能录到系统能收的大小，请用系统相机录后导入。', 'This camera films larger than the system takes; film with the system camera and import it.')
  }
  const wanted = VIDEO_TYPES.find(type => MediaRecorder.isTypeSupported(type))
  // An MP4 is written at whole pictures only: without one a second, Chromium keeps the film to itself until it stops.
  const options = { videoBitsPerSecond: BITS_PER_SECOND, videoKeyFrameIntervalDuration: 1000 } as MediaRecorderOptions
  const recorder = new MediaRecorder(stream, { ...options, ...(wanted ? { mimeType: wanted } : {}) })
  const mediaType = recorder.mimeType || wanted || 'video/mp4'
  const piece = await begin(mediaType)
  recorder.ondataavailable = ({ data }) => { if (data.size) piece(data) }
  const stop = () => { if (recorder.state !== 'inactive') recorder.stop() }
  const limit = setTimeout(stop, LONGEST_FILM_S * 1000)
  const ended = new Promise<void>((resolve) => {
    recorder.onstop = recorder.onerror = () => {
      clearTimeout(limit)
      void track?.applyConstraints(PHOTO_SIZE).catch(() => {})
      resolve()
    }
  })
  recorder.start(1000)
  return { mediaType, stop, ended }
}

export const canFilm = typeof MediaRecorder !== 'undefined'
