/** One visit on its way: the record as signed and every file that it names. Never dropped before the receipt. */
import type { Schema } from '../../shared/api/describing'
import type { ParcelRow, Part, Row } from '../local/database'
import type { Local } from '../local/person'
import { ENVELOPE_TYPE } from '../enveloping'
import { keptAs } from '../local/secrecy'
import { apart, kept } from '../local/vault'
import { Trouble } from '../trouble'
import type { Capture } from '../types'

export interface PartSent {
  number: number
  size: number
  url: string
  /** What the store answered; '' where it answered without one. Null: not sent yet. */
  etag: string | null
  /** Bytes of it that the server held when it gave the URL; null (or missing) where a part can only be sent whole. */
  received?: number | null
}

export interface ParcelFile {
  sha256: string
  size: number
  mediaType: string
  purpose: Part
  /** Of an envelope: the SHA-256 of what it holds, which the receipt names. */
  content?: string
  /** Two photos with the same bytes travel once. */
  captureIds: string[]
  /** What each of them shows, for its line on the screen; parcels of the first release have no item. */
  shown: { shot: string; question: string | null; item?: { zh: string; en: string } | null }[]
  /** checking: sent, or there already; only the receipt makes it stored. */
  state: 'waiting' | 'checking' | 'stored' | 'refused'
  detail: string | null
  upload: { id: string; parts: PartSent[]; expiresAt: string } | null
  /** Since when it is being checked; 0 while it is not. */
  checkingSince: number
  /** How often it was sent whole and was not there, or another, when the server looked. */
  spoilt?: number
  /** When it was refused. */
  refusedAt?: number
}

export type Reason = Schema<'Reason'>

export interface Parcel {
  id: string
  personId: string
  projectName: string
  queuedAt: number
  /** Of the record's bytes, which lie apart. */
  sha256: string
  record: 'waiting' | 'accepted' | 'revision' | 'quarantined' | 'refused'
  reasons: Reason[]
  files: ParcelFile[]
  /** What is wrong and what to do next; null while all goes its way. */
  problem: { zh: string; en: string } | null
  /** The record's text cannot be read: the visit can only be opened again and handed in anew. */
  textLost?: boolean
  receiptAt: string | null
  /** When the record was last tried, and the receipt last asked for. */
  triedAt: number
  polledAt: number
}

/** The record, byte for byte as signed. */
export interface SignedRecord {
  body: string
  deviceId: string
  signature: string
}

/** Of a capture what its record says too. */
type Named = Pick<Capture, 'id' | 'shot' | 'question' | 'sha256' | 'size' | 'mediaType' | 'preview' | 'envelope'>

/** `itemOf`: the words of a question. */
export function filesOf(captures: readonly Named[], itemOf: (question: string) => { zh: string; en: string } | null = () => null): ParcelFile[] {
  const files = new Map<string, ParcelFile>()
  const add = ({ id, shot, question }: Named, purpose: Part, sha256: string, size: number, mediaType: string) => {
    const file = files.get(sha256) ?? {
      sha256, size, mediaType, purpose, captureIds: [], shown: [], state: 'waiting', detail: null, upload: null, checkingSince: 0,
    }
    file.captureIds.push(id)
    file.shown.push({ shot, question, item: question === null ? null : itemOf(question) })
    files.set(sha256, file)
  }
  for (const capture of captures) {
    const { sha256, size } = keptAs(capture)
    add(capture, 'original', sha256, size, capture.envelope ? ENVELOPE_TYPE : capture.mediaType)
    if (capture.envelope) files.get(sha256)!.content = capture.sha256
  }
  for (const capture of captures) {
    const { preview } = capture
    if (preview) add(capture, 'preview', preview.sha256, preview.size, preview.media_type)
  }
  return [...files.values()]
}

export async function recordRow(id: string, record: SignedRecord, { vault }: Local): Promise<Row> {
  return { id, sealed: await vault.sealJson(`records/${id}`, record) }
}

export async function recordOf({ id }: { id: string }, { database, vault }: Local): Promise<SignedRecord> {
  const row = await database.records.get(id)
  if (!row) throw new Trouble('Unreadable', '本机已没有这条记录的原文。', 'The text of this record is no longer on the phone.')
  return vault.openJson<SignedRecord>(`records/${id}`, row.sealed, ({ body, signature }) => typeof body === 'string' && typeof signature === 'string')
}

/** Those that can be read: the others are `madeAnew`, or told apart. */
export async function parcelsIn(from: Local): Promise<Parcel[]> {
  return (await openParcels(await from.database.parcels.orderBy('queuedAt').toArray(), from)).found
}

export function openParcels(rows: readonly ParcelRow[], { vault }: Local): Promise<{ found: Parcel[]; unreadable: ParcelRow[] }> {
  return apart(rows, row => vault.openJson<Parcel>(`parcels/${row.id}`, row.sealed, fits))
}

function fits({ record, files }: Parcel): boolean {
  return typeof record === 'string' && files.every(({ captureIds, shown }) => Array.isArray(captureIds) && Array.isArray(shown))
}

export async function keepParcel(parcel: Parcel, from: Local): Promise<void> {
  const row = await parcelRow(parcel, from)
  await kept(from.database.parcels.put(row))
}

export async function parcelRow(parcel: Parcel, { vault }: Local): Promise<ParcelRow> {
  return {
    id: parcel.id,
    queuedAt: parcel.queuedAt,
    doneAt: parcel.receiptAt ? Date.parse(parcel.receiptAt) : 0,
    sealed: await vault.sealJson(`parcels/${parcel.id}`, parcel),
  }
}
