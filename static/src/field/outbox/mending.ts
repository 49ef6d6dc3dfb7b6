/** What a row that cannot be read leaves of a visit that was handed in: its record lies apart, and so does its draft. */
import { sha256OfText } from '../hashing'
import { inChainOrder } from '../local/chain'
import type { ParcelRow } from '../local/database'
import { draftIn, openDraftRow, sealedDraft } from '../local/drafts'
import { mine, type Local } from '../local/person'
import { kept, keptIfRoom, orNull } from '../local/vault'
import { ifFree } from '../locks'
import { Trouble } from '../trouble'
import type { Capture, Task } from '../types'
import { filesOf, keepParcel, openParcels, recordOf, type Parcel } from './parcel'

/** Before a pass: parcels that cannot be read are made anew of their records. */
export async function mendParcels(from: Local): Promise<void> {
  const { unreadable } = await openParcels(await from.database.parcels.where('doneAt').equals(0).toArray(), from)
  for (const row of unreadable) {
    const parcel = await madeAnew(row, from)
    if (parcel) await keptIfRoom(keepParcel(parcel, from))
  }
}

interface Sent extends Pick<Capture, 'id' | 'shot' | 'question' | 'sha256' | 'size' | 'preview' | 'envelope'> {
  media_type: string
}

/** As before its first try; the server says what of it is there already. null: the record cannot be read either. */
export async function madeAnew({ id, queuedAt }: ParcelRow, from: Local): Promise<Parcel | null> {
  const record = await orNull(recordOf({ id }, from))
  if (!record) return null
  const { evidence } = JSON.parse(record.body) as { evidence: Sent[] }
  const row = await from.database.drafts.get(id)
  const draft = row && (await orNull(openDraftRow(row, from.vault)))
  return {
    id, personId: from.personId, projectName: draft?.task.project.name ?? '', queuedAt, sha256: await sha256OfText(record.body),
    record: 'waiting', reasons: [], files: filesOf(evidence.map(one => ({ ...one, mediaType: one.media_type }))), problem: null,
    receiptAt: null, triedAt: 0, polledAt: 0,
  }
}

/**
 * The record's text cannot be read, its draft can: it is a draft again, to be looked through and handed in anew under its
 * id. Its task. Throws Trouble: Unreadable where the draft is lost too, Sending while a pass is at it.
 */
export async function reopen(id: string): Promise<Task> {
  const from = mine()
  const done = await ifFree(`fieldapp-outbox-${from.personId}`, () => inChainOrder(from, () => openAgain(id, from)))
  if (done === 'taken') throw new Trouble('Sending', '正在上传，传完这一轮再点一次。', 'Uploading; press it again in a moment.')
  return done
}

async function openAgain(id: string, from: Local): Promise<Task> {
  const { database, vault } = from
  const row = await database.drafts.get(id)
  if (row?.state !== 'queued') return (await draftIn(id, from)).task // another tab was quicker
  const draft = await openDraftRow(row, vault)
  if (await orNull(recordOf({ id }, from))) return draft.task
  const fresh = await sealedDraft({ ...draft, finishedAt: null }, 'draft', from)
  await kept(database.transaction('rw', database.drafts, database.records, database.parcels, async () => {
    await database.drafts.put(fresh)
    await database.records.delete(id)
    await database.parcels.delete(id)
  }))
  return draft.task
}
