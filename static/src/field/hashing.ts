/**
 * SHA-256 of large bytes, piece by piece in a worker: WebCrypto wants all at once and would block or run out of memory.
 * For a text it is good enough, and already there.
 */
import { inTurn } from './locks'
import { CHUNK, utf8 } from './local/vault'

/** A Blob stays outside the page until it is read: so a film is never held whole. */
export type Bytes = ArrayBuffer | Blob

/** Is given each piece of at most CHUNK bytes, in its order, before it is hashed. */
export type Each = (piece: ArrayBuffer, start: number) => Promise<void>

/** What the worker is told; it gives a piece back once it was hashed, and answers the end with the digest in hex. */
export type Told = ArrayBuffer | 'begin' | 'end'

let worker: Worker | null | undefined

export async function sha256Of(bytes: Bytes, each: Each = async () => {}): Promise<string> {
  const hired = hire()
  if (!hired) return here(bytes, each)
  try {
    return await inTurn(`fieldapp-hashing-${thisPage}`, () => by(hired, bytes, each))
  } catch (error) {
    if (!(error instanceof NoWorker)) throw error
    worker = null // this browser does not run module workers, or took it away: slower, but it works
    return here(bytes, each)
  }
}

export function sizeOf(bytes: Bytes): number {
  return bytes instanceof Blob ? bytes.size : bytes.byteLength
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

/** A phone short of memory ends a worker without a word; a piece takes a second at most. */
const SILENT = 20_000

class NoWorker extends Error {}

async function by(hired: Worker, bytes: Bytes, each: Each): Promise<string> {
  const told = (word: Told) => new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new NoWorker('the hashing worker is gone')), SILENT)
    hired.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => { clearTimeout(timer); resolve(typeof data === 'string' ? data : '') }
    hired.onerror = (event) => { clearTimeout(timer); reject(new NoWorker(event.message || 'the hashing worker did not start')) }
    hired.postMessage(word, typeof word === 'string' ? [] : [word])
  })
  await told('begin') // the file before may have ended in the middle
  for await (const [piece, start] of pieces(bytes)) {
    await each(piece, start)
    await told(piece)
  }
  return told('end')
}

async function here(bytes: Bytes, each: Each): Promise<string> {
  const { sha256, bytesToHex } = await import('./hashing.pieces') // few browsers come here
  const hash = sha256.create()
  for await (const [piece, start] of pieces(bytes)) {
    await each(piece, start)
    hash.update(new Uint8Array(piece))
    await new Promise(resolve => setTimeout(resolve)) // lets the screen breathe
  }
  return bytesToHex(hash.digest())
}

async function* pieces(bytes: Bytes): AsyncGenerator<[ArrayBuffer, number]> {
  for (let start = 0; start < sizeOf(bytes); start += CHUNK) {
    const piece = bytes.slice(start, Math.min(start + CHUNK, sizeOf(bytes)))
    yield [piece instanceof Blob ? await piece.arrayBuffer() : piece, start]
  }
}
