/** After the bytes have gone: ask for the receipt, and do what it allows. */
import { deleteChunks } from '../local/chunks'
import { tell, type News } from '../local/news'
import type { Local } from '../local/person'
import { isNoSpace, kept, keptIfRoom } from '../local/vault'
import { quarantined, storedSealed, storedUnopened } from './sentences'
import { parcelRow, type Parcel, type ParcelFile } from './parcel'
import type { Receipt, SignedReceipt } from './receipt'

/** Originals go, the record, its seals and the receipt stay. */
export async function settle(parcel: Parcel, receipt: Receipt, signed: SignedReceipt, from: Local): Promise<void> {
  const storedIds = storedBy(receipt, parcel)
  const was = parcel.record
  for (const file of parcel.files) settleFile(file, storedIds, receipt)
  settleRecord(parcel, receipt)
  const done = parcel.files.every(file => file.state === 'stored') && receipt.records.some(({ sha256 }) => sha256 === parcel.sha256)
  const news = newsOfReceipt(parcel, was, done, receipt.made_at)
  if (done) parcel.receiptAt ??= receipt.made_at
  const rows = {
    parcel: await parcelRow(parcel, from),
    receipt: { id: parcel.id, sealed: await from.vault.sealJson(`receipts/${parcel.id}`, signed) },
  }
  const { database } = from
  const write = () => kept(database.transaction('rw', database.parcels, database.receipts, database.chunks, database.drafts, async () => {
    await database.receipts.put(rows.receipt)
    await database.parcels.put(rows.parcel)
    if (done) await database.drafts.update(parcel.id, { state: 'done' })
    for (const id of storedIds) await deleteChunks(id, from)
  }))
  await write().catch(async (error: unknown) => {
    if (!isNoSpace(error)) throw error
    await makeRoom(storedIds, from)
    await write()
  })
  await keptIfRoom(tell(news, from))
}

/** On a full phone the bytes go first: the receipt for them was read, and a kill now only makes the phone ask for it again. */
function makeRoom(storedIds: ReadonlySet<string>, from: Local): Promise<void> {
  const { database } = from
  return kept(database.transaction('rw', database.chunks, async () => {
    for (const id of storedIds) await deleteChunks(id, from)
  }))
}

/** That all is saved, and that a person let pass what had waited. */
function newsOfReceipt({ id, projectName, receiptAt, record }: Parcel, was: Parcel['record'], done: boolean, at: string): News[] {
  const of = { id, project: projectName, at }
  return [
    ...(done && !receiptAt ? [{ kind: 'receipt' as const, ...of }] : []),
    ...(was === 'quarantined' && record !== 'quarantined' ? [{ kind: 'released' as const, ...of }] : []),
  ]
}

/** Captures whose original the receipt names by id and hash, with the time it was stored. */
function storedBy(receipt: Receipt, { files }: Parcel): Set<string> {
  const said = new Map<string, Receipt['evidence']>()
  for (const one of receipt.evidence) said.set(one.id, [...(said.get(one.id) ?? []), one]) // another record may claim other bytes under the id
  const originals = files.filter(({ purpose }) => purpose === 'original')
  return new Set(originals.flatMap(file => file.captureIds.filter(id => said.get(id)?.some(one => isThere(file, one)))))
}

/** An envelope that the server holds byte for byte and cannot open is there too: this phone can open it still less. */
function isThere({ sha256, content }: ParcelFile, said: Receipt['evidence'][number]): boolean {
  if (said.sha256 !== (content ?? sha256)) return false
  return Boolean(said.stored_at) || (said.intake === 'unopened' && said.envelope?.sha256 === sha256)
}

function settleFile(file: ParcelFile, storedIds: ReadonlySet<string>, receipt: Receipt): void {
  // A preview has no line of its own: where the original is stored, the server makes its own.
  if (!file.captureIds.every(id => storedIds.has(id))) return
  file.state = 'stored'
  file.upload = null
  const said = receipt.evidence.find(one => file.captureIds.includes(one.id) && isThere(file, one))
  if (said?.intake === 'unopened') file.detail = storedSealed()
  else file.detail = said?.intake === 'refused' ? storedUnopened(said.reason) : null
}

function settleRecord(parcel: Parcel, receipt: Receipt): void {
  const said = receipt.records.find(({ sha256 }) => sha256 === parcel.sha256)
  if (said?.state === 'accepted' || said?.state === 'revision') Object.assign(parcel, { record: said.state, reasons: [] })
  if (parcel.record === 'quarantined') parcel.problem = quarantined(parcel.reasons)
  else if (!parcel.files.some(({ state }) => state === 'refused')) parcel.problem = null
}
