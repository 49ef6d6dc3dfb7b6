/** What intake takes in, told from the bytes as it tells: a file that the server would refuse is refused before it is kept. */
import type { Bytes } from '../hashing'
import { letGo } from '../local/pictures'
import { Trouble } from '../trouble'

export const LONGEST_FILM_S = 120
/** Intake lets a film be a little longer than the camera does. */
const LONGEST_TAKEN_S = 125
const MIB = 1024 * 1024
const LARGEST = { image: 100 * MIB, video: 200 * MIB }

const HEIF = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']
const MP4 = ['isom', 'iso2', 'iso4', 'iso5', 'iso6', 'mp41', 'mp42', 'avc1', 'dash', 'M4V ', 'MSNV']

/** The media type by the first bytes; null for everything that is not taken in. Twin of fieldapp/evidence/sniffing.py. */
export function kindOf(bytes: ArrayBuffer): string | null {
  const head = String.fromCharCode(...new Uint8Array(bytes, 0, Math.min(64, bytes.byteLength)))
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'image/webp'
  if (head.startsWith('\x1a\x45\xdf\xa3')) return head.includes('webm') ? 'video/webm' : null
  const [box, brand] = [head.slice(4, 8), head.slice(8, 12)]
  if (['moov', 'mdat', 'wide'].includes(box) || (box === 'ftyp' && brand === 'qt  ')) return 'video/quicktime'
  if (box !== 'ftyp') return null
  if (HEIF.includes(brand)) return 'image/heic'
  return MP4.includes(brand) || brand.startsWith('3gp') ? 'video/mp4' : null
}

/** What to keep of a picked file, and the media type to keep it under. Throws Trouble: WrongType, TooLarge, TooLong. */
export async function requireAcceptable(file: Blob): Promise<{ bytes: Bytes; mediaType: string }> {
  const mediaType = await requireOfKind(file)
  // A photo is small enough to be held; a film stays where it lies.
  return { bytes: mediaType.startsWith('video/') ? file : await file.arrayBuffer(), mediaType }
}

async function requireOfKind(file: Blob): Promise<string> {
  const type = kindOf(await file.slice(0, 64).arrayBuffer())
  if (!type) throw new Trouble('WrongType', '这种文件系统不收。请用 JPEG、PNG、WebP、HEIC 照片，或 MP4、MOV、WebM 视频。', 'This kind of file is not taken in. Use a JPEG, PNG, WebP or HEIC photo, or an MP4, MOV or WebM video.')
  const most = LARGEST[type.startsWith('video/') ? 'video' : 'image']
  if (file.size > most) throw new Trouble('TooLarge', `文件太大，最大 ${most / MIB} MiB。请拍短一些或换小一点的。`, `Too large: at most ${most / MIB} MiB. Take a shorter or smaller one.`)
  if (type.startsWith('video/') && (await secondsOf(file, type)) > LONGEST_TAKEN_S) {
    throw new Trouble('TooLong', `视频最长 ${LONGEST_FILM_S} 秒，请剪短后再导入，或在这里重拍。`, `A video may last ${LONGEST_FILM_S} seconds: cut it, or film it here.`)
  }
  return type
}

/** 0 where this browser cannot tell: then the server does. */
function secondsOf(file: Blob, type: string): Promise<number> {
  if (typeof document === 'undefined') return Promise.resolve(0)
  const video = document.createElement('video')
  return new Promise<number>((resolve) => {
    const end = (seconds: number) => {
      letGo(video)
      resolve(Number.isFinite(seconds) ? seconds : 0)
    }
    setTimeout(() => end(0), 4000)
    video.onloadedmetadata = () => end(video.duration)
    video.onerror = () => end(0)
    video.preload = 'metadata'
    video.src = URL.createObjectURL(file.slice(0, file.size, type))
  })
}
