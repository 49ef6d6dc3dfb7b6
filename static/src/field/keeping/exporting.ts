/** Everything that is only on this phone, or one draft for a colleague, as one encrypted file. */
import { nowText } from '../clock'
import { hasChunks, readChunks } from '../local/chunks'
import { forge, inChainOrder, keepLinks, linksOf } from '../local/chain'
import type { CaptureRow, DraftRow, Part } from '../local/database'
import { closeDraft, flushDrafts, openDraft, openDraftRow } from '../local/drafts'
import { keepFilms, recoverFilms } from '../local/films'
import { keptAs } from '../local/secrecy'
import { keepPersonalFact, mine, personalFact, type Local } from '../local/person'
import { editionOf, keptEdition } from '../local/tasks'
import { capturesKept } from '../local/underWay'
import { apart, CHUNK, isNoSpace, kept, orNull } from '../local/vault'
import { madeAnew } from '../outbox/mending'
import { openParcels, recordOf } from '../outbox/parcel'
import { EXPORTED, type ExportedVisits } from '../outbox/unsent'
import { APP } from '../record'
import { session } from '../session'
import { Trouble } from '../trouble'
import type { Draft } from '../types'
import { bytesFrame, entryFrame, type CaptureFacts } from './entries'
import { sealedPieces, SHORTEST_PASSPHRASE } from './sealedFile'

export interface Exported {
  file: Blob
  name: string
  visits: number
  /** For `noteSaved`: which visits lie in the file, and how each stood. */
  holds: ExportedVisits
  /** Visits that cannot be read: they are not in the file, and stay on this phone. */
  left: number
  /** Photos of visits in the file that are not in it: they cannot be read, or are films that a full phone cannot make whole. */
  lost: number
}

/** Frames that become one Blob: the browser may lay a Blob on disk, an array it must hold. */
const TOGETHER = 8

/** `told`: visits packed so far. Nothing changes on this phone, and nothing is safe before `noteSaved`. Throws Trouble NothingUnsent, ShortPassphrase. */
export async function exportUnsent(passphrase: string, told: (done: number, all: number) => void = () => {}): Promise<Exported> {
  const from = mine()
  await flushDrafts()
  const left = await recoverFilms(from).then(() => 0, error => filmsLeft(error, from))
  const exported = await exportOf(from, passphrase, told)
  return { ...exported, lost: exported.lost + left }
}

/** A phone too full to make a film one file must still give away what else it has, or it never gets room. */
function filmsLeft(error: unknown, { database }: Local): PromiseLike<number> {
  if (!isNoSpace(error)) throw error
  return database.films.count()
}

export async function exportOf(from: Local, passphrase: string, told: (done: number, all: number) => void): Promise<Exported> {
  const { found, unreadable } = await apart(await unsentVisits(from), row => openDraftRow(row, from.vault).then(() => row))
  if (!found.length && !unreadable.length) throw new Trouble('NothingUnsent', '没有未上传的内容，不需要导出。', 'Nothing is unsent; there is nothing to export.')
  if (!found.length) throw new Trouble('NothingReadable', '没上传的检查在本机都读不出，没有可导出的内容。请保留本机数据并联系管理员。', 'None of the unsent visits can be read, so there is nothing to export. Leave the data on this phone and tell an administrator.')
  return { ...(await packed(found, 'everything', passphrase, from, told)), left: unreadable.length }
}

/**
 * The person says that the file is safe: only now may the keys go. A file in memory, a closed share sheet and a download
 * that failed save nothing, and the browser tells none of them apart. Files noted before still count.
 */
export async function noteSaved({ holds }: Exported): Promise<void> {
  const from = mine()
  const before = await personalFact<ExportedVisits>(EXPORTED, from)
  const now = new Set(holds.visits.map(({ id }) => id))
  const visits = [...(before?.visits ?? []).filter(({ id }) => !now.has(id)), ...holds.visits]
  await keepPersonalFact(EXPORTED, { at: holds.at, visits } satisfies ExportedVisits, from)
}

/**
 * One draft for a colleague's phone. It is locked here and says so in the chain, so that two people never go on with the
 * same visit; `takeBack` opens it again.
 */
export async function handOver(draftId: string, passphrase: string): Promise<Exported> {
  const from = mine()
  requireLong(passphrase)
  await openDraft(draftId) // or it is open in another tab, with changes that only that one knows
  await keepFilms(draftId, from)
  await capturesKept(draftId)
  await closeDraft(draftId)
  await moveDraft(draftId, 'draft', 'handed', from)
  const row = await from.database.drafts.get(draftId)
  try {
    return await packed([row!], 'draft', passphrase, from, () => {})
  } catch (error) {
    await moveDraft(draftId, 'handed', 'draft', from)
    throw error
  }
}

/** The file was lost or is not wanted: the visit goes on here. */
export function takeBack(draftId: string): Promise<void> {
  return moveDraft(draftId, 'handed', 'draft', mine())
}

export async function unsentVisits({ database }: Pick<Local, 'database'>): Promise<DraftRow[]> {
  const done = new Set(await database.parcels.where('doneAt').above(0).primaryKeys())
  const rows = await database.drafts.where('state').anyOf('draft', 'queued', 'handed').toArray()
  return rows.filter(({ id }) => !done.has(id))
}

function moveDraft(id: string, was: 'draft' | 'handed', becomes: 'draft' | 'handed', from: Local): Promise<void> {
  const { database, vault } = from
  return inChainOrder(from, async () => {
    const row = await database.drafts.get(id)
    if (row?.state !== was) throw new Trouble('NoDraft', '本机没有这次检查的草稿。', 'There is no draft of this visit on this phone.')
    const { task } = await openDraftRow(row, vault)
    const kind = becomes === 'handed' ? 'draft_handed_over' as const : 'draft_taken_back' as const
    const forged = await forge([{ kind, subject: { kind: 'visit', id }, task_id: task.id, at: nowText() }], from)
    await kept(database.transaction('rw', database.drafts, database.links, database.facts, async () => {
      await database.drafts.update(id, { state: becomes, changedAt: Date.now() })
      await keepLinks(forged, from)
    }))
  })
}

async function packed(
  rows: readonly DraftRow[], what: 'everything' | 'draft', passphrase: string, from: Local, told: (done: number, all: number) => void,
): Promise<Exported> {
  requireLong(passphrase)
  const { file, lost } = await sealedFile(rows, what, passphrase, from, told)
  const at = nowText()
  return {
    file, left: 0, lost, name: `fieldapp-${at.slice(0, 16).replace(/[-:]/g, '')}.export`, visits: rows.length,
    holds: { at, visits: rows.map(({ id, changedAt }) => ({ id, changedAt })) },
  }
}

/** A part that turns out unreadable in the middle is left out, and the file made anew: announced bytes must all come. */
async function sealedFile(
  rows: readonly DraftRow[], what: 'everything' | 'draft', passphrase: string, from: Local, told: (done: number, all: number) => void,
): Promise<{ file: Blob; lost: number }> {
  const lost = new Set<string>()
  for (;;) {
    const known = lost.size
    try {
      const file = await blobOf(sealedPieces(framesOf(rows, what, { from, told, lost }), passphrase))
      return { file, lost: new Set([...lost].map(name => name.split(' ')[0])).size }
    } catch (error) {
      if (lost.size === known) throw error
    }
  }
}

async function blobOf(all: AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<Blob> {
  const blobs: Blob[] = []
  let pieces: Uint8Array<ArrayBuffer>[] = []
  for await (const piece of all) {
    pieces.push(piece)
    if (pieces.length < TOGETHER) continue
    blobs.push(new Blob(pieces))
    pieces = []
  }
  return new Blob([...blobs, ...pieces], { type: 'application/octet-stream' })
}

function requireLong(passphrase: string): void {
  if (passphrase.length >= SHORTEST_PASSPHRASE) return
  throw new Trouble('ShortPassphrase', `密语至少 ${SHORTEST_PASSPHRASE} 个字符。`, `The passphrase needs at least ${SHORTEST_PASSPHRASE} characters.`)
}

/** What the frames of one file share. */
interface Packing {
  from: Local
  told: (done: number, all: number) => void
  /** Parts of photos that cannot be read. */
  lost: Set<string>
}

async function* framesOf(rows: readonly DraftRow[], what: 'everything' | 'draft', packing: Packing) {
  const { from, told } = packing
  const who = session.value
  yield entryFrame({
    kind: 'head', format: 1, what, person: { id: from.personId, name: who?.person.name ?? '' }, organisation_id: who?.organisation.id ?? '',
    made_at: nowText(), app: APP, visits: rows.length,
  })
  const editions = new Set<string>()
  for (const [n, row] of rows.entries()) {
    told(n, rows.length)
    const draft = await openDraftRow(row, from.vault)
    yield* editionFrame(draft, editions, from)
    yield* visitFrames(row, draft, packing)
  }
  told(rows.length, rows.length)
}

/** Where it cannot be had now, the other phone asks the server for it. */
async function* editionFrame({ task }: Draft, given: Set<string>, from: Local) {
  const { digest } = task.edition
  if (given.has(digest)) return
  given.add(digest)
  const edition = (await keptEdition(task.edition, from)) ?? (await editionOf(task.edition).catch(unlessMissing))
  if (edition) yield entryFrame({ kind: 'edition', digest, edition })
}

function unlessMissing(error: unknown): null {
  if (error instanceof Trouble && error.code === 'EditionMissing') return null
  throw error
}

async function* visitFrames(row: DraftRow, draft: Draft, packing: Packing) {
  const { from } = packing
  const { database, vault } = from
  const rows = await database.captures.where('draftId').equals(row.id).toArray()
  const { found, unreadable } = await apart(rows, async one => ({ row: one, facts: await vault.openJson<CaptureFacts>(`captures/${one.id}`, one.sealed) }))
  for (const { id } of unreadable) packing.lost.add(id)
  const captures = found.map(({ row: { removedAt }, facts }) => ({ facts, removed: removedAt !== null }))
  yield entryFrame({
    kind: 'visit', ...(await standOf(row, draft, from)), captures, links: await linksOf([row.id, draft.task.id], new Set(), from),
  })
  for (const { row: one, facts } of found) yield* captureFrames(one, facts, packing)
  yield entryFrame({ kind: 'visit_end', id: row.id })
}

async function* captureFrames(row: CaptureRow, facts: CaptureFacts, packing: Packing) {
  const thumb = row.thumb && (await orNull(packing.from.vault.open(`thumbs/${row.id}`, row.thumb)))
  if (thumb) {
    yield entryFrame({ kind: 'bytes', captureId: row.id, part: 'thumb', size: thumb.byteLength })
    yield bytesFrame(thumb)
  }
  yield* partFrames(row.id, 'original', keptAs(facts).size, packing)
  if (facts.preview) yield* partFrames(row.id, 'preview', facts.preview.size, packing)
}

/** None where a receipt let the bytes go, the person took the photo back, or they cannot be read. */
async function* partFrames(captureId: string, part: Part, size: number, { from, lost }: Packing) {
  const name = `${captureId} ${part}`
  if (lost.has(name) || !(await hasChunks(captureId, part, from))) return
  yield entryFrame({ kind: 'bytes', captureId, part, size })
  for (let start = 0; start < size; start += CHUNK) {
    yield bytesFrame(await readChunks(captureId, part, start, Math.min(start + CHUNK, size), from).catch((error: unknown) => {
      lost.add(name)
      throw error
    }))
  }
}

/**
 * How the other phone takes it: as it stands here, but for what was handed in and whose record cannot be read. That is a
 * draft there. Links of an upload die with this phone: the other one asks for its own.
 */
async function standOf({ id, state }: DraftRow, draft: Draft, from: Local) {
  const row = state === 'queued' ? await from.database.parcels.get(id) : undefined
  const record = row && (await orNull(recordOf({ id }, from)))
  const parcel = record && ((await openParcels([row], from)).found[0] ?? (await madeAnew(row, from)))
  if (!parcel) return { state: 'draft' as const, draft: { ...draft, finishedAt: null }, record: null, parcel: null }
  const files = parcel.files.map(file => ({ ...file, upload: null, state: file.state === 'checking' ? 'waiting' as const : file.state }))
  return { state, draft, record, parcel: { ...parcel, files } }
}
