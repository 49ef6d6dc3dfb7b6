/** Photos and videos: hashed, sealed, encrypted and committed before anybody is told that they are kept. */
import type { ShallowRef } from 'vue'
import { nowText } from '../clock'
import type { EnvelopeKey } from '../enveloping'
import { sha256Of, sizeOf, type Bytes } from '../hashing'
import { newId } from '../ids'
import { together } from '../locks'
import { currentFix, fixesSeen, positionState, type PositionState } from '../position'
import type { CaptureSaid } from '../sealing'
import { Trouble } from '../trouble'
import type { Capture, Draft, Fix } from '../types'
import { forge, inChainOrder, keepLinks, type Forged } from './chain'
import { deleteChunks, dropUnkept, hasChunks, readChunks, writeChunks, writeHashed } from './chunks'
import type { CaptureRow } from './database'
import { followed } from './live'
import { mine, type Local } from './person'
import { picturesOf, previewFacts, type Pictures } from './pictures'
import { keptAs, keyFor, sealedTo, type Sealed } from './secrecy'
import { incoming } from './sweeping'
import { waitedFor } from './underWay'
import { apart, kept, nonceOf, orNull } from './vault'

export interface Taken {
  draft: Draft
  /** Known before where pieces of it are kept already; a new one, where it is left out. */
  id?: string
  /** A film as a file, which is read once and never held whole. */
  bytes: Bytes
  mediaType: string
  question: string | null
  category: string | null
  shot: string
  findingId: string | null
  capture: 'live' | 'imported'
  /** When the shutter fell; now, where it is left out. */
  capturedAt?: string
  /** Where; the best fix of now, where it is left out. */
  fix?: Fix | null
  positionState?: PositionState
  /** Drawn on a copy of that photo. */
  annotates?: string
}

/** What the row holds sealed; the thumb lies beside it. */
type CaptureFacts = Omit<Capture, 'thumb' | 'drawing'>

/** Resolves when the transaction has committed. Throws Trouble (NoSpace, NotKept, Empty): then nothing was kept. */
export function keepCapture(taken: Taken): Promise<Capture> {
  return waitedFor(taken.draft.id, keepOne(taken))
}

/** The same of a photo whose shutter is still open: a sensor takes up to four seconds, and who hands in waits for it. */
export function keepShot(draftId: string, shutter: Promise<Taken>): Promise<Capture> {
  return waitedFor(draftId, shutter.then(keepOne))
}

async function keepOne(taken: Taken): Promise<Capture> {
  const from = mine()
  const shownUntil = closings
  if (sizeOf(taken.bytes) === 0) throw new Trouble('Empty', '拍到的文件是空的，请重拍。', 'The file is empty; take it again.')
  const stamped = stampOf(taken)
  const key = await keyFor(taken)
  // An envelope is made of the whole.
  const bytes = key && taken.bytes instanceof Blob ? await taken.bytes.arrayBuffer() : taken.bytes
  const pictures = await picturesOf(bytes, mediaTypeOf(taken.mediaType), key ? 'personal' : 'open')
  if (taken.annotates) pictures.preview = null // it is small, and nobody waits for it
  const write = bytes instanceof Blob ? () => streamed(stamped.id, bytes, from) : await ready(stamped.id, bytes, key, from)
  // One after the other, but for the writing: each seal names the one before it, and an answer taken back waits for none of it.
  const capture = await together(incoming(from), async () => {
    try {
      const written = await write()
      return await inChainOrder(from, () => sealAndStore(stamped, pictures, written, from))
    } catch (error) {
      await dropUnkept(stamped.id, from).catch(() => {}) // why it was not kept is what counts; the next start sweeps
      throw error
    }
  })
  if (key && shownUntil === closings) fresh.set(capture.id, new Blob([taken.bytes], { type: capture.mediaType }))
  return capture
}

/** Personal photos just taken, in memory alone: whoever takes one must see whether it can be read. */
const fresh = new Map<string, Blob>()
let closings = 0

/** When the camera closes: from now on only the server shows them. */
export function forgetFresh(): void {
  fresh.clear()
  closings += 1
}

/** The photos of one draft, oldest first, each with what was drawn on a copy of it; follows every change. */
export function capturesOf(draftId: string): ShallowRef<Capture[]> {
  const before: Before = new WeakMap()
  return followed<CaptureRow[], Capture[]>(
    ({ database }) => database.captures.where('draftId').equals(draftId).toArray(),
    async (rows, from) => withDrawings(await opened(rows, from, before)),
    [],
  )
}

/** How many photos of a draft are on this phone and cannot be read: they stay, and no record can name them. */
export function unreadableOf(draftId: string): ShallowRef<number> {
  return followed<CaptureRow[], number>(
    ({ database }) => database.captures.where('draftId').equals(draftId).toArray(),
    async (rows, from) => (await readable(rows, from)).unreadable.length,
    0,
  )
}

function withDrawings(all: Capture[]): Capture[] {
  const drawings = new Map(all.flatMap(one => (one.annotates ? [[one.annotates, one] as const] : [])))
  return all.filter(({ annotates }) => !annotates).map((photo) => {
    const drawing = drawings.get(photo.id)
    return drawing ? { ...photo, drawing } : photo
  })
}

/** Everything that was kept of a draft, once: photos, and after them the drawings on them. */
export async function capturesIn(draftId: string, from: Local = mine()): Promise<Capture[]> {
  const all = await opened(await from.database.captures.where('draftId').equals(draftId).toArray(), from)
  const photos = all.filter(({ annotates }) => !annotates)
  const there = new Set(photos.map(({ id }) => id)) // a record takes no drawing on what it does not name
  return [...photos, ...all.filter(({ annotates }) => annotates && there.has(annotates))]
}

/** As they travel: of a personal one its envelope. Throws Trouble BytesGone after a receipt let them go. */
export async function bytesOf(captureId: string): Promise<ArrayBuffer> {
  const from = mine()
  return readChunks(captureId, 'original', 0, keptAs(await factsOf(captureId, from)).size, from)
}

/** An object URL of the small picture, null where there is none. The caller revokes it. */
export async function thumbUrl(captureId: string): Promise<string | null> {
  const { database, vault } = mine()
  const row = await database.captures.get(captureId)
  return row?.thumb ? urlOf(await vault.open(thumbPlace(captureId), row.thumb), 'image/jpeg') : null
}

/** An object URL of the best picture the phone still has: preview, original, thumb. The caller revokes it. */
export async function pictureUrl(captureId: string): Promise<string | null> {
  const from = mine()
  const { preview, size, mediaType, envelope } = await factsOf(captureId, from)
  const seen = fresh.get(captureId)
  if (seen) return URL.createObjectURL(seen)
  if (preview && (await hasChunks(captureId, 'preview', from))) {
    return urlOf(await readChunks(captureId, 'preview', 0, preview.size, from), preview.media_type)
  }
  if (!envelope && (await hasChunks(captureId, 'original', from))) {
    return urlOf(await readChunks(captureId, 'original', 0, size, from), mediaType)
  }
  return thumbUrl(captureId)
}

/** Takes a photo back while its visit is a draft. Its seal stays, and a link of its own says that it was taken out. */
export async function removeCapture(captureId: string): Promise<void> {
  const from = mine()
  await inChainOrder(from, async () => {
    const row = await from.database.captures.get(captureId)
    if (!row || row.removedAt !== null) return
    // Drawings first: none may outlive its photo.
    const drawings = (await capturesIn(row.draftId, from)).filter(({ annotates }) => annotates === captureId)
    for (const one of [...drawings, await factsOf(captureId, from)]) await takeBack(one, from)
  })
}

async function takeBack({ id, draftId, sha256 }: CaptureFacts, from: Local): Promise<void> {
  const subject = { kind: 'visit' as const, id: draftId }
  const forged = await forge([{ kind: 'photo_removed', subject, evidence_id: id, sha256, at: nowText() }], from)
  await takeOut(id, draftId, forged, from)
}

function takeOut(captureId: string, draftId: string, forged: Forged, from: Local): Promise<void> {
  const { database } = from
  const tables = [database.captures, database.chunks, database.drafts, database.links, database.facts]
  return kept(database.transaction('rw', tables, async () => {
    await requireDraft(draftId, from)
    await database.captures.update(captureId, { removedAt: Date.now(), thumb: null })
    await deleteChunks(captureId, from)
    await keepLinks(forged, from)
    await markChanged(draftId, from)
  }))
}

/** What was true when the shutter fell, and not a moment later. */
function stampOf(taken: Taken) {
  return {
    ...taken, id: taken.id ?? newId(), capturedAt: taken.capturedAt ?? nowText(), fix: taken.fix === undefined ? currentFix() : taken.fix,
    positionState: taken.positionState ?? positionState.value, fixes: fixesSeen(),
  }
}

type Stamped = ReturnType<typeof stampOf>

/** What was written, before the seal that names it. */
interface Written {
  sha256: string
  sealed: Sealed | null
}

async function ready(id: string, bytes: ArrayBuffer, key: EnvelopeKey | null, from: Local): Promise<() => Promise<Written>> {
  const sha256 = await sha256Of(bytes)
  const sealed = key && (await sealedTo(key, bytes, sha256))
  return async () => {
    await writeChunks(id, 'original', sealed?.bytes ?? bytes, from)
    return { sha256, sealed }
  }
}

async function streamed(id: string, file: Blob, from: Local): Promise<Written> {
  return { sha256: await writeHashed(id, 'original', file, from), sealed: null }
}

async function sealAndStore(taken: Stamped, pictures: Pictures, { sha256, sealed }: Written, from: Local): Promise<Capture> {
  const { id } = taken
  const forged = await forge([saidOf(taken, sha256, sealed)], from)
  const [seal] = forged.seals as [Forged['seals'][number]]
  const facts: CaptureFacts = {
    id, draftId: taken.draft.id, question: taken.question, category: taken.category, shot: taken.shot,
    findingId: taken.findingId, capture: taken.capture, mediaType: mediaTypeOf(taken.mediaType),
    size: sizeOf(taken.bytes), sha256, capturedAt: taken.capturedAt, fix: taken.fix, seal: seal.text,
    sealSignature: seal.signature, preview: await previewFacts(pictures.preview), envelope: sealed?.says ?? null,
    ...(taken.annotates && { annotates: taken.annotates }),
  }
  if (pictures.preview) await writeChunks(id, 'preview', pictures.preview, from)
  await commit(facts, pictures.thumb, forged, from)
  return { ...facts, thumb: pictures.thumb }
}

function saidOf(taken: Stamped, sha256: string, sealed: Sealed | null): CaptureSaid {
  const { draft } = taken
  return {
    kind: 'capture', evidence_id: taken.id, sha256, size: sizeOf(taken.bytes), media_type: mediaTypeOf(taken.mediaType),
    subject: { kind: 'visit', id: draft.id }, task_id: draft.task.id, question: taken.question, shot: taken.shot,
    captured_at: taken.capturedAt, nonce: draft.task.nonce, fix: plain(taken.fix), position_state: taken.positionState,
    fixes: taken.fixes, capture: taken.capture, ...(sealed && { envelope: sealed.says }),
    ...(taken.annotates && { annotates: taken.annotates }),
  }
}

/** The capture and its link, or neither. */
async function commit(facts: CaptureFacts, thumb: ArrayBuffer | null, forged: Forged, from: Local): Promise<void> {
  const { database, vault } = from
  const row: CaptureRow = {
    id: facts.id, draftId: facts.draftId, removedAt: null,
    sealed: await vault.sealJson(`captures/${facts.id}`, facts),
    thumb: thumb && (await vault.seal(thumbPlace(facts.id), thumb)),
  }
  await kept(database.transaction('rw', database.captures, database.facts, database.links, database.drafts, async () => {
    await requireDraft(facts.draftId, from)
    await database.captures.add(row)
    await keepLinks(forged, from)
    await markChanged(facts.draftId, from)
  }))
}

async function opened(rows: CaptureRow[], from: Local, before?: Before): Promise<Capture[]> {
  const { found } = await readable(rows, from, before)
  return found.sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Without those that were taken back. */
function readable(rows: CaptureRow[], from: Local, before?: Before): Promise<{ found: Capture[]; unreadable: CaptureRow[] }> {
  return apart(rows.filter(row => row.removedAt === null), row => asBefore(row, from, before))
}

/** What was opened, while the person is there. A photo that did not change stays the same: else each new one had all others drawn anew. */
type Before = WeakMap<Local, Map<string, Capture>>

async function asBefore(row: CaptureRow, from: Local, before?: Before): Promise<Capture> {
  const known = before?.get(from) ?? new Map<string, Capture>()
  before?.set(from, known)
  const mark = nonceOf(row.sealed) + (row.thumb ? nonceOf(row.thumb) : '')
  const capture = known.get(mark) ?? {
    ...(await from.vault.openJson<CaptureFacts>(`captures/${row.id}`, row.sealed)),
    thumb: row.thumb && (await orNull(from.vault.open(thumbPlace(row.id), row.thumb))),
  }
  known.set(mark, capture)
  return capture
}

async function factsOf(captureId: string, { database, vault }: Local): Promise<CaptureFacts> {
  const row = await database.captures.get(captureId)
  if (!row) throw new Trouble('NoCapture', '本机没有这张照片。', 'There is no such photo on this phone.')
  return vault.openJson<CaptureFacts>(`captures/${captureId}`, row.sealed)
}

/** Without parameters such as codecs: the name alone travels. */
function mediaTypeOf(given: string): string {
  return given.split(';')[0]!.trim().toLowerCase() || 'application/octet-stream'
}

/** Out of Vue's hands: a proxy can be neither spelled nor cloned. */
function plain(fix: Fix | null): Fix | null {
  return fix && { ...fix }
}

async function requireDraft(draftId: string, { database }: Local): Promise<void> {
  const draft = await database.drafts.get(draftId)
  if (draft?.state !== 'draft') {
    throw new Trouble('AlreadySubmitted', '这次检查已提交，照片不能再增减。', 'This visit was submitted; its photos stay as they are.')
  }
}

/** An export made before holds the visit no longer as it is, though no answer changed. */
async function markChanged(draftId: string, { database }: Local): Promise<void> {
  await database.drafts.update(draftId, { changedAt: Date.now() })
}

function thumbPlace(captureId: string): string {
  return `thumbs/${captureId}`
}

function urlOf(bytes: ArrayBuffer, type: string): string {
  return URL.createObjectURL(new Blob([bytes], { type }))
}
