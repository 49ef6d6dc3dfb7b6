/** Everything that is only on this phone, or one draft for a colleague, as one encrypted file. */
import { nowText } from '../clock'
import { hasChunks, readChunks } from '../local/chunks'
import { forge, inChainOrder, keepLinks, linksOf } from '../local/chain'
import type { CaptureRow, DraftRow, Part } from '../local/database'
import { closeDraft, flushDrafts, openDraft } from '../local/drafts'
import { keepFilms, recoverFilms } from '../local/films'
import { keptAs } from '../local/secrecy'
import { keepPersonalFact, mine, personalFact, type Local } from '../local/person'
import { editionOf } from '../local/tasks'
import { capturesKept } from '../local/underWay'
import { CHUNK, kept } from '../local/vault'
import { openParcels, type Parcel, type SignedRecord } from '../outbox/parcel'
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
}

/** Frames that become one Blob: the browser may lay a Blob on disk, an array it must hold. */
const TOGETHER = 8

/** `told`: visits packed so far. Nothing changes on this phone, and nothing is safe before `noteSaved`. Throws Trouble NothingUnsent, ShortPassphrase. */
export async function exportUnsent(passphrase: string, told: (done: number, all: number) => void = () => {}): Promise<Exported> {
  const from = mine()
  await flushDrafts()
  await recoverFilms(from)
  const rows = await unsentVisits(from)
  if (!rows.length) throw new Trouble('NothingUnsent', '没有未上传的内容，不需要导出。', 'Nothing is unsent; there is nothing to export.')
  return packed(rows, 'everything', passphrase, from, told)
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

export async function unsentVisits({ database }: Local): Promise<DraftRow[]> {
  const done = new Set(await database.parcels.where('doneAt').above(0).primaryKeys())
  const rows = await database.drafts.where('state').anyOf('draft', 'queued', 'handed').toArray()
  return rows.filter(({ id }) => !done.has(id))
}

function moveDraft(id: string, was: 'draft' | 'handed', becomes: 'draft' | 'handed', from: Local): Promise<void> {
  const { database, vault } = from
  return inChainOrder(from, async () => {
    const row = await database.drafts.get(id)
    if (row?.state !== was) throw new Trouble('NoDraft', '本机没有这次检查的草稿。', 'There is no draft of this visit on this phone.')
    const { task } = await vault.openJson<Draft>(`drafts/${id}`, row.sealed)
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
  const blobs: Blob[] = []
  let pieces: Uint8Array<ArrayBuffer>[] = []
  for await (const piece of sealedPieces(framesOf(rows, what, from, told), passphrase)) {
    pieces.push(piece)
    if (pieces.length < TOGETHER) continue
    blobs.push(new Blob(pieces))
    pieces = []
  }
  const file = new Blob([...blobs, ...pieces], { type: 'application/octet-stream' })
  const at = nowText()
  return {
    file, name: `fieldapp-${at.slice(0, 16).replace(/[-:]/g, '')}.export`, visits: rows.length,
    holds: { at, visits: rows.map(({ id, changedAt }) => ({ id, changedAt })) },
  }
}

function requireLong(passphrase: string): void {
  if (passphrase.length >= SHORTEST_PASSPHRASE) return
  throw new Trouble('ShortPassphrase', `密语至少 ${SHORTEST_PASSPHRASE} 个字符。`, `The passphrase needs at least ${SHORTEST_PASSPHRASE} characters.`)
}

async function* framesOf(rows: readonly DraftRow[], what: 'everything' | 'draft', from: Local, told: (done: number, all: number) => void) {
  const who = session.value
  yield entryFrame({
    kind: 'head', format: 1, what, person: { id: from.personId, name: who?.person.name ?? '' }, organisation_id: who?.organisation.id ?? '',
    made_at: nowText(), app: APP, visits: rows.length,
  })
  const editions = new Set<string>()
  for (const [n, row] of rows.entries()) {
    told(n, rows.length)
    const draft = await from.vault.openJson<Draft>(`drafts/${row.id}`, row.sealed)
    const { digest } = draft.task.edition
    if (!editions.has(digest)) yield entryFrame({ kind: 'edition', digest, edition: await editionOf(draft.task.edition) })
    editions.add(digest)
    yield* visitFrames(row, draft, from)
  }
  told(rows.length, rows.length)
}

async function* visitFrames(row: DraftRow, draft: Draft, from: Local) {
  const { database, vault } = from
  const captures = await database.captures.where('draftId').equals(row.id).toArray()
  const facts = await Promise.all(captures.map(async one => ({
    facts: await vault.openJson<CaptureFacts>(`captures/${one.id}`, one.sealed), removed: one.removedAt !== null,
  })))
  const state = row.state === 'handed' ? 'draft' : row.state
  yield entryFrame({
    kind: 'visit', state, draft, ...(await sent(row.id, from)), captures: facts, links: await linksOf([row.id, draft.task.id], new Set(), from),
  })
  for (const [n, capture] of captures.entries()) yield* captureFrames(capture, facts[n]!.facts, from)
  yield entryFrame({ kind: 'visit_end', id: row.id })
}

async function* captureFrames(row: CaptureRow, facts: CaptureFacts, from: Local) {
  if (row.thumb) {
    const thumb = await from.vault.open(`thumbs/${row.id}`, row.thumb)
    yield entryFrame({ kind: 'bytes', captureId: row.id, part: 'thumb', size: thumb.byteLength })
    yield bytesFrame(thumb)
  }
  yield* partFrames(row.id, 'original', keptAs(facts).size, from)
  if (facts.preview) yield* partFrames(row.id, 'preview', facts.preview.size, from)
}

/** None where a receipt let the bytes go, or the person took the photo back. */
async function* partFrames(captureId: string, part: Part, size: number, from: Local) {
  if (!(await hasChunks(captureId, part, from))) return
  yield entryFrame({ kind: 'bytes', captureId, part, size })
  for (let start = 0; start < size; start += CHUNK) {
    yield bytesFrame(await readChunks(captureId, part, start, Math.min(start + CHUNK, size), from))
  }
}

/** Links of an upload die with this phone: the other one asks for its own. */
async function sent(id: string, from: Local): Promise<{ record: SignedRecord | null; parcel: Parcel | null }> {
  const { database, vault } = from
  const [record, row] = [await database.records.get(id), await database.parcels.get(id)]
  if (!record || !row) return { record: null, parcel: null }
  const [parcel] = (await openParcels([row], from)) as [Parcel]
  const files = parcel.files.map(file => ({ ...file, upload: null, state: file.state === 'checking' ? 'waiting' as const : file.state }))
  return { record: await vault.openJson<SignedRecord>(`records/${id}`, record.sealed), parcel: { ...parcel, files } }
}
