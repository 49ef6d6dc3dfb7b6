/** One part to its signed URL. By XMLHttpRequest: fetch does not tell how far an upload has come. */
import type { PartReply } from './verdict'

export type Carry = (url: string, bytes: ArrayBuffer, sent: (bytes: number) => void, signal: AbortSignal) => Promise<PartReply>

/** A link that moves no byte for this long is cut: the next try starts at the next missing part. */
const STALLED = 45_000

export const overXhr: Carry = (url, bytes, sent, signal) =>
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
    request.open('PUT', url) // no headers of ours: the URL's signature covers none
    request.upload.onprogress = (event) => {
      moved()
      sent(event.loaded)
    }
    request.onload = () => end({ status: request.status, etag: request.getResponseHeader('ETag') })
    request.onerror = request.onabort = request.ontimeout = () => end('unreachable')
    if (signal.aborted) end('unreachable')
    else request.send(bytes)
  })
