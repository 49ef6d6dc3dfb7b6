/** The phone's microphone: a statement, kept second by second as films are. */
import { Trouble } from '../trouble'
import type { Filming } from './lens'

/** What intake takes in, the smaller one first. */
const TYPES = ['audio/webm;codecs=opus', 'audio/webm', 'audio/mp4']
/** Speech; an hour is about 15 MB. */
const BITS_PER_SECOND = 32_000
export const LONGEST_STATEMENT_S = 3600

export const soundType = () =>
  (typeof MediaRecorder === 'undefined' ? undefined : TYPES.find(type => MediaRecorder.isTypeSupported(type)))

/** Begins to record; each second goes to the piece's taker as it comes. Throws Trouble: NoMicrophone, MicrophoneRefused. */
export async function recordSound(begin: (mediaType: string) => Promise<(piece: Blob) => void>): Promise<Filming> {
  const mediaType = soundType()
  if (!mediaType) throw new Trouble('NoMicrophone', '这个浏览器不能录音，请用文字记下问答。', 'This browser cannot record; write the answers down.')
  const stream = await microphone()
  try {
    return await recorded(stream, mediaType, await begin(mediaType))
  } catch (error) {
    silence(stream)
    throw error
  }
}

async function microphone(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true }, video: false })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotAllowedError') {
      throw new Trouble('MicrophoneRefused', '没有麦克风权限。请在浏览器设置里允许，或用文字记下问答。', 'The microphone is not allowed. Allow it in the browser, or write the answers down.')
    }
    throw new Trouble('NoMicrophone', '打不开麦克风，请用文字记下问答。', 'The microphone does not open; write the answers down.')
  }
}

async function recorded(stream: MediaStream, mediaType: string, piece: (piece: Blob) => void): Promise<Filming> {
  const recorder = new MediaRecorder(stream, { mimeType: mediaType, audioBitsPerSecond: BITS_PER_SECOND })
  recorder.ondataavailable = ({ data }) => { if (data.size) piece(data) }
  const stop = () => { if (recorder.state !== 'inactive') recorder.stop() }
  const limit = setTimeout(stop, LONGEST_STATEMENT_S * 1000)
  const ended = new Promise<void>((resolve) => {
    recorder.onstop = recorder.onerror = () => {
      clearTimeout(limit)
      silence(stream)
      resolve()
    }
  })
  recorder.start(1000)
  return { mediaType, stop, ended }
}

function silence(stream: MediaStream): void {
  stream.getTracks().forEach(track => track.stop())
}
