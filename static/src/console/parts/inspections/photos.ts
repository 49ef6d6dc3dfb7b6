/** An officer's own photos of a finding: hashed here, sent to the store, and only then filed with the finding. */
import { at, call, type Schema } from '../../../shared/api/client'
import { Unreachable } from '../../../shared/api/problem'
import type { AuthorityFinding } from './types'

export const PICTURES = ['image/jpeg', 'image/png', 'image/webp', 'image/heic', 'image/heif'] as const
export type MediaType = (typeof PICTURES)[number]

/** A file that was chosen; its id stays when it is tried again, so that it is filed once. */
export interface Chosen {
  id: string
  file: File
}

export const chosen = (files: FileList | null): Chosen[] => [...(files ?? [])].map((file) => ({ id: crypto.randomUUID(), file }))

/** What kind of picture it is, null when none that is kept. Some phones name no type for HEIC. */
export function mediaTypeOf(file: Pick<File, 'type' | 'name'>): MediaType | null {
  const type = file.type || (/\.hei[cf]$/i.test(file.name) ? 'image/heic' : '')
  return PICTURES.find((one) => one === type) ?? null
}

/** When the file was made, as its browser says; never later than now. */
export const takenAt = (file: Pick<File, 'lastModified'>, now = Date.now()) => new Date(Math.min(file.lastModified, now)).toISOString()

/** What of the file goes to which part's URL: parts lie one behind the other, and what has come already is left out. */
export function pieces(parts: Pick<Schema<'PartTarget'>, 'number' | 'size' | 'url' | 'etag'>[]) {
  let from = 0
  const all = parts.map((part) => ({ url: part.url, from, to: (from += part.size), here: part.etag !== null }))
  return all.filter(({ here }) => !here).map(({ url, from, to }) => ({ url, from, to }))
}

/** Files the photos with the finding and gives it back. Throws Problem or Unreachable; again is harmless. */
export async function sendPhotos(finding: string, photos: Chosen[]): Promise<AuthorityFinding> {
  const told = []
  for (const { id, file } of photos) {
    const sha256 = await hashOf(file)
    const media_type = mediaTypeOf(file) ?? PICTURES[0]
    await upload(file, { sha256, size: file.size, media_type, purpose: 'original' })
    told.push({ id, sha256, size: file.size, media_type, captured_at: takenAt(file) })
  }
  return call(at('/api/authority-findings/{finding_id}/photos', { finding_id: finding }), { body: { photos: told } })
}

async function upload(file: File, item: Schema<'Wanted'>): Promise<void> {
  const { uploads } = await call(at('/api/uploads'), { body: { items: [item] } })
  for (const target of uploads) {
    for (const piece of pieces(target.parts)) await put(piece.url, file.slice(piece.from, piece.to))
    await call(at('/api/uploads/completions'), { body: { uploads: [{ id: target.id, parts: [] }] } })
  }
}

/** To the store itself: its links are signed, and take no header of ours. */
async function put(url: string, body: Blob): Promise<void> {
  const reply = await fetch(url, { method: 'PUT', body }).catch((error: unknown) => Promise.reject(new Unreachable(String(error))))
  if (!reply.ok) throw new Unreachable(`${reply.status}`)
}

async function hashOf(file: Blob): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
