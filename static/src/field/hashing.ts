/**
 * SHA-256 of large bytes, piece by piece in a worker: WebCrypto wants all at once and would block or run out of memory.
 * For a text it is good enough, and already there.
 */
import { inTurn } from './locks'
import { utf8 } from './local/vault'

const PIECE = 2 * 1024 * 1024

/** What the worker is told; it answers each piece with `'next'` and the end with the digest in hex. */
export type Told = ArrayBuffer | 'end'

let worker: Worker | null | undefined

export async function sha256Of(bytes: ArrayBuffer): Promise<string> {
  const hired = hire()
  if (!hired) return here(bytes)
  try {
    return await inTurn(`fieldapp-hashing-${thisPage}`, () => by(hired, bytes))
  } catch {
    worker = null // this browser does not run module workers: slower, but it works
    return here(bytes)
  }
}

/** Not inside an IndexedDB transaction: waiting for WebCrypto ends it. */
export async function sha256OfText(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(text)))
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('')
}

const thisPage = Math.random().toString(36).slice(2)

function hire(): Worker | null {
  if (worker === undefined) {
    worker = typeof Worker === 'undefined' ? null : new Worker(new URL('./hashing.worker.ts', import.meta.url), { type: 'module' })
  }
  return worker
}

function by(hired: Worker, bytes: ArrayBuffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let from = 0
    const tell = () => {
      if (from >= bytes.byteLength) return hired.postMessage('end' satisfies Told)
      const piece = bytes.slice(from, (from += PIECE))
      hired.postMessage(piece satisfies Told, [piece])
    }
    hired.onmessage = ({ data }: MessageEvent<string>) => (data === 'next' ? tell() : resolve(data))
    hired.onerror = event => reject(new Error(event.message || 'the hashing worker did not start'))
    tell()
  })
}

async function here(bytes: ArrayBuffer): Promise<string> {
  const { sha256, bytesToHex } = await import('./hashing.pieces') // few browsers come here
  const hash = sha256.create()
  for (let from = 0; from < bytes.byteLength; from += PIECE) {
    hash.update(new Uint8Array(bytes, from, Math.min(PIECE, bytes.byteLength - from)))
    await new Promise(resolve => setTimeout(resolve)) // lets the screen breathe
  }
  return bytesToHex(hash.digest())
}
