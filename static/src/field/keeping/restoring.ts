/** Taking an export in: every visit wholly or not at all, none twice, each under the person whose it is. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { canonical, type Json } from '../../shared/canonical'
import { nowText } from '../clock'
import { sha256OfText } from '../hashing'
import { adoptLinks, foreignLinkRow, forge, inChainOrder, keepLinks, linksOf } from '../local/chain'
import { deleteChunks } from '../local/chunks'
import type { CaptureRow, LinkRow } from '../local/database'
import { sealedDraft } from '../local/drafts'
import { mine, type Local } from '../local/person'
import { inTurn, together } from '../locks'
import { keptAs } from '../local/secrecy'
import { incoming } from '../local/sweeping'
import { CHUNK, kept } from '../local/vault'
import { sendSoon } from '../outbox/outbox'
import { parcelRow, recordRow } from '../outbox/parcel'
import { session } from '../session'
import { Trouble } from '../trouble'
import { opened, type Entry } from './entries'
import { openedFrames } from './sealedFile'

export interface Restored {
  /** Taken in now. */
  visits: number
  /** Here already, left as they are; not a draft that was handed over and comes back. */
  there: number
}

type Visit = Extract<Entry, { kind: 'visit' }>
type Head = Extract<Entry, { kind: 'head' }>

/** What comes of one visit until its end is seen: its bytes are kept, its rows are not. */
interface Coming {
  visit: Visit
  known: boolean
  /** Photos whose bytes this phone has: they are read, and never written or dropped. */
  held: ReadonlySet<string>
  thumbs: Map<string, ArrayBuffer>
}

interface Streaming {
  captureId: string
  part: 'original' | 'preview' | 'thumb'
  left: number
  index: number
  hash: ReturnType<typeof sha256.create>
  expected: string | null
}

/** Throws Trouble: WrongPassphrase, NotAnExport, CutShort, SomebodyElses, BytesDiffer. Visits before the fault stay taken in. */
export async function restoreExport(file: Blob, passphrase: string, told: (done: number, all: number) => void = () => {}): Promise<Restored> {
  const from = mine()
  // A tab that opens meanwhile would take what has come for what a crash left behind.
  return together(incoming(from), () => oneByOne(from, () => takeIn(new Taking(from, told), file, passphrase)))
}

/** Of two tabs that take the same file in, the second finds all of it here; else it would drop what the first one had kept. */
function oneByOne<T>({ personId }: Local, act: () => Promise<T>): Promise<T> {
  return inTurn(`fieldapp-restoring-${personId}`, act)
}

async function takeIn(taking: Taking, file: Blob, passphrase: string): Promise<Restored> {
  try {
    for await (const frame of openedFrames(file, passphrase)) await taking.take(opened(frame))
    if (taking.isMidway) throw differ()
  } catch (error) {
    await taking.dropHalf()
    throw error
  }
  if (taking.done.visits) void sendSoon()
  return taking.done
}

class Taking {
  readonly done: Restored = { visits: 0, there: 0 }
  private head: Head | null = null
  private coming: Coming | null = null
  private streaming: Streaming | null = null

  constructor(private readonly from: Local, private readonly told: (done: number, all: number) => void) {}

  get isMidway(): boolean {
    return this.coming !== null || this.streaming !== null
  }

  async take(entry: Entry | Uint8Array<ArrayBuffer>): Promise<void> {
    if (entry instanceof Uint8Array) return this.takeBytes(entry)
    if (this.streaming) throw differ()
    if (entry.kind === 'head') this.head = requireOurs(entry)
    else if (!this.head) throw differ()
    else if (entry.kind === 'edition') await this.takeEdition(entry)
    else if (entry.kind === 'visit') await this.begin(entry)
    else if (entry.kind === 'bytes') this.announce(entry)
    else await this.finish(entry.id)
  }

  /** Pieces without their capture would only take room. */
  async dropHalf(): Promise<void> {
    if (!this.coming || this.coming.known) return
    const { database } = this.from
    const { visit, held } = this.coming
    const ids = visit.captures.map(({ facts }) => facts.id).filter(id => !held.has(id))
    await database.transaction('rw', database.chunks, async () => {
      for (const id of ids) await deleteChunks(id, this.from)
    })
  }

  private async takeEdition({ digest, edition }: Extract<Entry, { kind: 'edition' }>): Promise<void> {
    if ((await sha256OfText(canonical(edition as unknown as Json))) !== digest) throw differ()
    const { database, vault } = this.from
    await kept(database.editions.put({ id: digest, sealed: await vault.sealJson(`editions/${digest}`, edition) }))
  }

  private async begin(visit: Visit): Promise<void> {
    if (this.coming) throw differ()
    const { database } = this.from
    const { id } = visit.draft
    const known = (await database.drafts.get(id)) !== undefined && !(this.head?.what === 'draft' && (await comesBack(visit, this.from)))
    const here = await database.captures.where('draftId').equals(id).toArray()
    const held = new Set(here.filter(({ removedAt }) => removedAt === null).map(row => row.id))
    this.coming = { visit, known, held, thumbs: new Map() }
  }

  private announce({ captureId, part, size }: Extract<Entry, { kind: 'bytes' }>): void {
    const facts = this.coming?.visit.captures.find(({ facts: one }) => one.id === captureId)?.facts
    if (!facts || part === 'film' || size <= 0) throw differ()
    const expected = part === 'original' ? keptAs(facts).sha256 : part === 'preview' ? (facts.preview?.sha256 ?? '') : null
    this.streaming = { captureId, part, left: size, index: 0, hash: sha256.create(), expected }
  }

  private async takeBytes(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { streaming, coming } = this
    if (!streaming || !coming || bytes.length > streaming.left || bytes.length > CHUNK) throw differ()
    streaming.hash.update(bytes)
    if (!coming.known) await this.keepPiece(streaming, coming, bytes)
    streaming.left -= bytes.length
    streaming.index += 1
    if (streaming.left > 0) return
    if (streaming.expected !== null && bytesToHex(streaming.hash.digest()) !== streaming.expected) throw differ()
    this.streaming = null
  }

  private async keepPiece({ captureId, part, index }: Streaming, { thumbs, held }: Coming, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (part === 'thumb') {
      thumbs.set(captureId, await this.from.vault.seal(`thumbs/${captureId}`, bytes))
      return
    }
    if (held.has(captureId)) return
    const sealed = await this.from.vault.seal(`chunks/${captureId}/${part}/${index}`, bytes)
    await kept(this.from.database.chunks.put({ captureId, part, index, sealed }))
  }

  private async finish(id: string): Promise<void> {
    const { coming, head } = this
    if (!coming || !head || coming.visit.draft.id !== id) throw differ()
    if (coming.known) this.done.there += 1
    else {
      await inChainOrder(this.from, () => commit(coming, head, this.from))
      this.done.visits += 1
    }
    this.coming = null
    this.told(this.done.visits + this.done.there, head.visits)
  }
}

/**
 * Whether the colleague's copy of a draft that is locked here grew out of the one that was handed over last. A file that
 * does not know every link of this phone is an older one: taking it in would undo what was done here since.
 */
async function comesBack({ draft, links }: Visit, from: Local): Promise<boolean> {
  if ((await from.database.drafts.get(draft.id))?.state !== 'handed') return false
  return (await linksOf([draft.id], new Set(links.map(({ seal }) => seal)), from)).length === 0
}

async function commit({ visit, thumbs }: Coming, head: Head, from: Local): Promise<void> {
  const { database } = from
  const { draft, record, parcel, state } = visit
  const rows = {
    draft: await sealedDraft(draft, state, from),
    captures: await Promise.all(visit.captures.map(one => captureRow(one, draft.id, thumbs, from))),
    links: await linkRows(visit, from),
    record: record && (await recordRow(draft.id, record, from)),
    parcel: parcel && (await parcelRow(parcel, from)),
  }
  const received = head.what === 'draft' ? await forge([receivedOf(visit, head)], from) : null
  const removed = rows.captures.filter(({ removedAt }) => removedAt !== null)
  const tables = [database.drafts, database.captures, database.chunks, database.links, database.records, database.parcels, database.facts]
  await kept(database.transaction('rw', tables, async () => {
    if ((await database.drafts.get(draft.id))?.state === 'handed') await database.drafts.delete(draft.id) // it comes back
    await database.drafts.add(rows.draft)
    await database.captures.bulkPut(rows.captures)
    for (const { id } of removed) await deleteChunks(id, from)
    await adoptLinks(rows.links, from)
    if (rows.record) await database.records.add(rows.record)
    if (rows.parcel) await database.parcels.add(rows.parcel)
    if (received) await keepLinks(received, from)
  }))
}

async function captureRow({ facts, removed }: Visit['captures'][number], draftId: string, thumbs: Map<string, ArrayBuffer>, { vault }: Local): Promise<CaptureRow> {
  return {
    id: facts.id, draftId, removedAt: removed ? Date.now() : null, thumb: thumbs.get(facts.id) ?? null,
    sealed: await vault.sealJson(`captures/${facts.id}`, facts),
  }
}

async function linkRows({ links, draft }: Visit, from: Local): Promise<LinkRow[]> {
  const here = new Set((await linksOf([draft.id, draft.task.id], new Set(), from)).map(({ seal }) => seal))
  return Promise.all(links.filter(({ seal }) => !here.has(seal)).map((link) => {
    const { subject } = JSON.parse(link.seal) as { subject?: { id: string } }
    return foreignLinkRow(subject?.id ?? draft.id, link, from)
  }))
}

function receivedOf({ draft, links }: Visit, { person }: Head) {
  const handed = links.map(({ seal }) => JSON.parse(seal) as { kind: string; at: string; device_id: string })
    .filter(({ kind }) => kind === 'draft_handed_over').sort((a, b) => (a.at < b.at ? -1 : 1))
  const from_device = handed.at(-1)?.device_id ?? person.id // of several phones that had it, the one that gave it last
  return { kind: 'draft_received' as const, subject: { kind: 'visit' as const, id: draft.id }, task_id: draft.task.id, from_device, at: nowText() }
}

/** Everything unsent goes out under its own person; only a draft that was handed over goes on under another of the same organisation. */
function requireOurs(head: Head): Head {
  const who = session.value
  const ours = head.what === 'everything' ? head.person.id === who?.person.id : head.organisation_id === who?.organisation.id
  if (head.format === 1 && ours) return head
  throw new Trouble(
    'SomebodyElses',
    head.what === 'everything' ? `这份导出属于 ${head.person.name}，请 ${head.person.name} 在本机登录后再导入。` : '这份草稿属于另一个单位，不能在本机继续。',
    head.what === 'everything' ? `This export is ${head.person.name}'s; it is taken in after ${head.person.name} signed in on this phone.` : 'This draft is of another organisation and cannot go on here.',
  )
}

function differ(): Trouble {
  return new Trouble('BytesDiffer', '文件内容前后不一致，出错的检查没有导入。请重新导出。', 'The file does not agree with itself; the visit at fault was not taken in. Export it again.')
}
