/** Bytes in sealed pieces under the id of their capture. */
import Dexie from 'dexie'
import { sha256Of } from '../hashing'
import { Trouble } from '../trouble'
import type { ChunkRow, Part } from './database'
import type { Local } from './person'
import { CHUNK, kept, orNull } from './vault'

/** How many pieces are sealed before they are written: what memory holds twice. */
const AT_ONCE = 4

/** Written and committed when this resolves. A capture counts only with its own row, which comes later. */
export async function writeChunks(captureId: string, part: Part, bytes: ArrayBuffer, from: Local): Promise<void> {
  const count = Math.ceil(bytes.byteLength / CHUNK)
  for (let first = 0; first < count; first += AT_ONCE) {
    const rows = await Promise.all(range(first, Math.min(first + AT_ONCE, count)).map(async (index): Promise<ChunkRow> => {
      const piece = new Uint8Array(bytes, index * CHUNK, Math.min(CHUNK, bytes.byteLength - index * CHUNK))
      return { captureId, part, index, sealed: await from.vault.seal(place(captureId, part, index), piece) }
    }))
    await kept(from.database.chunks.bulkPut(rows))
  }
}

/** The same of a file that is never held whole: read once, each piece hashed as it is kept. Its SHA-256. */
export function writeHashed(captureId: string, part: Part, file: Blob, from: Local): Promise<string> {
  return sha256Of(file, async (piece, start) => {
    const index = start / CHUNK
    const sealed = await from.vault.seal(place(captureId, part, index), piece)
    await kept(from.database.chunks.put({ captureId, part, index, sealed }))
  })
}

/** The bytes from `start` up to `end`, opened on the fly: never more of a video in memory than one part. */
export async function readChunks(
  captureId: string, part: Part, start: number, end: number, { database, vault }: Local,
): Promise<ArrayBuffer> {
  const found = new Uint8Array(end - start)
  for (const index of range(Math.floor(start / CHUNK), Math.ceil(end / CHUNK))) {
    const row = await database.chunks.get([captureId, part, index])
    if (!row) throw new Trouble('BytesGone', '本机已没有这个文件的原始内容。', 'The bytes of this file are no longer on the phone.')
    const piece = new Uint8Array(await vault.open(place(captureId, part, index), row.sealed))
    const at = index * CHUNK
    found.set(piece.subarray(Math.max(0, start - at), Math.min(piece.length, end - at)), Math.max(0, at - start))
  }
  return found.buffer
}

/** To be called inside a transaction that says why they may go. */
export function deleteChunks(captureId: string, { database }: Local): Dexie.Promise<number> | Promise<number> {
  return database.chunks.where('captureId').equals(captureId).delete()
}

export async function hasChunks(captureId: string, part: Part, { database }: Local): Promise<boolean> {
  return (await database.chunks.get([captureId, part, 0])) !== undefined
}

/** One second of a film, whatever its size. */
export async function writePiece(captureId: string, index: number, bytes: ArrayBuffer, { database, vault }: Local): Promise<void> {
  const sealed = await vault.seal(place(captureId, 'film', index), bytes)
  await kept(database.chunks.put({ captureId, part: 'film', index, sealed }))
}

/** All seconds of a film that were kept, as one, which lies outside the page; what came after one that is missing or cannot be read is no film any more. */
export async function readPieces(captureId: string, from: Local): Promise<Blob> {
  let whole = new Blob()
  for (let index = 0; ; index += 1) {
    const row = await from.database.chunks.get([captureId, 'film', index])
    const piece = row && (await orNull(from.vault.open(place(captureId, 'film', index), row.sealed)))
    if (!piece) return whole
    whole = new Blob([whole, piece])
  }
}

export function pieceCount(captureId: string, { database }: Local): PromiseLike<number> {
  return pieces(captureId, database).count()
}

/** Inside a transaction on `chunks`. */
export function dropPieces(captureId: string, { database }: Local): PromiseLike<number> {
  return pieces(captureId, database).delete()
}

/** What was written of a capture that did not come about: a full phone needs the room. The pieces of its film stay. */
export async function dropUnkept(captureId: string, { database }: Local): Promise<void> {
  await database.transaction('rw', database.captures, database.chunks, async () => {
    if (await database.captures.get(captureId)) return // it did, and only the word of it failed
    for (const part of ['original', 'preview'] as const) await pieces(captureId, database, part).delete()
  })
}

function pieces(captureId: string, database: Local['database'], part: Part = 'film') {
  return database.chunks.where('[captureId+part+index]').between([captureId, part, Dexie.minKey], [captureId, part, Dexie.maxKey])
}

function place(captureId: string, part: Part, index: number): string {
  return `chunks/${captureId}/${part}/${index}`
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n)
}
