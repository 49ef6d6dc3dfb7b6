/** From draft to parcel: from here on the visit is fixed, signed, and on its way. */
import { clockOffsetMs, nowText } from '../clock'
import { deviceOf } from '../device'
import { sha256OfText } from '../hashing'
import { sendSoon } from '../outbox/outbox'
import { filesOf, parcelRow, recordRow, type Parcel, type SignedRecord } from '../outbox/parcel'
import { recordText } from '../record'
import { Trouble } from '../trouble'
import { wordsOfQuestion } from '../reshot'
import type { Capture, Draft, Edition } from '../types'
import { capturesIn } from './captures'
import { inChainOrder, linksOf } from './chain'
import { draftIn, flushDrafts, letGoOf, sealedDraft } from './drafts'
import { keepFilms } from './films'
import { mine, type Local } from './person'
import { editionOf } from './tasks'
import { capturesKept } from './underWay'
import { kept } from './vault'

/** Resolves when record and parcel are committed; then a send may be tried. Throws Trouble; then it is still a draft. */
export async function finishDraft(id: string): Promise<void> {
  const from = mine()
  await keepFilms(id, from)
  await capturesKept(id)
  await flushDrafts(id)
  await inChainOrder(from, () => fix(id, from))
  letGoOf(id)
  void sendSoon()
}

async function fix(id: string, from: Local): Promise<void> {
  const draft: Draft = { ...(await draftIn(id, from)), finishedAt: nowText() }
  const captures = await capturesIn(draft.id, from)
  const edition = await editionOf(draft.task.edition)
  const record = await signedRecord(draft, captures, edition, from)
  const rows = {
    draft: await sealedDraft(draft, 'queued', from),
    record: await recordRow(id, record, from),
    parcel: await parcelRow(await parcelOf(draft, captures, edition, record, from), from),
  }
  const { database } = from
  await kept(database.transaction('rw', database.drafts, database.parcels, database.records, async () => {
    if ((await database.drafts.get(id))?.state !== 'draft') return // finished in another tab a moment ago
    await database.drafts.put(rows.draft)
    await database.records.add(rows.record)
    await database.parcels.add(rows.parcel)
  }))
}

async function signedRecord(draft: Draft, captures: readonly Capture[], edition: Edition, from: Local): Promise<SignedRecord> {
  const device = await deviceOf(from.personId)
  if (!device) throw new Trouble('NoDevice', '本机没有登记密钥，请联网重新登录一次。', 'This phone has no key; sign in again with a network.')
  const chain = await linksOf([draft.id, draft.task.id], new Set(captures.map(({ seal }) => seal)), from)
  const body = recordText(draft, captures, edition, clockOffsetMs.value, chain)
  return { body, deviceId: device.id, signature: await device.sign(body) }
}

async function parcelOf(
  { id, task }: Draft, captures: readonly Capture[], edition: Edition, { body }: SignedRecord, { personId }: Local,
): Promise<Parcel> {
  const itemOf = (question: string) => wordsOfQuestion(question, task, edition)
  return {
    id, personId, projectName: task.project.name, queuedAt: Date.now(), sha256: await sha256OfText(body), record: 'waiting',
    reasons: [], files: filesOf(captures, itemOf), problem: null, receiptAt: null, triedAt: 0, polledAt: 0,
  }
}
