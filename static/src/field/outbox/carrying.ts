/**
 * One part, or what it lacks from byte `from` on, to its signed URL. By XMLHttpRequest: fetch does not tell how far an
 * upload has come.
 */
import type { PartReply } from './verdict'

export type Carry = (
  url: string, bytes: ArrayBuffer, from: number, sent: (bytes: number) => void, signal: AbortSignal,
) => Promise<PartReply>

/** A link that moves no byte for this long is cut: the next try starts at the next missing part. */
const STALLED = 45_000

export const overXhr: Carry = (url, bytes, from, sent, signal) =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest()
    let timer = setTimeout(() => request.abort(), STALLED)
    const moved = () => {
      clearTimeout(timer)
      timer = setTimeout(() => request.abort(), STALLED)
    }
    const end = (reply: PartReply) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', cut)
      resolve(reply)
    }
    const cut = () => request.abort()
    signal.addEventListener('abort', cut)
    request.open(from ? 'PATCH' : 'PUT', url)
    if (from) request.setRequestHeader('Upload-Offset', String(from)) // else no headers of ours: an S3 signature covers none
    request.upload.onprogress = (event) => {
      moved()
      sent(from + event.loaded)
    }
    request.onload = () => end({ status: request.status, etag: request.getResponseHeader('ETag') })
    request.onerror = request.onabort = request.ontimeout = () => end('unreachable')
    if (signal.aborted) end('unreachable')
    else request.send(new Blob([new Uint8Array(bytes, from)])) // of a view the page holds copies until long after it was sent
  })
