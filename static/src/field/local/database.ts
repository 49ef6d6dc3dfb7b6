/**
 * What the phone keeps of one person. Only ids, states and times lie open, so that rows can be found; everything
 * else is sealed by the vault. Versions are only ever added: a phone may skip any number of releases.
 */
import Dexie, { type EntityTable, type Table } from 'dexie'
import type { VisitState } from '../types'

/** `sealed` is what Vault.sealJson gave. */
export interface Row {
  id: string
  sealed: ArrayBuffer
}

export interface DraftRow extends Row {
  state: VisitState
  changedAt: number
}

export interface CaptureRow extends Row {
  draftId: string
  /** Set when the person took the photo back: its seal stays in the chain, its bytes are gone. */
  removedAt: number | null
  thumb: ArrayBuffer | null
}

export type Part = 'original' | 'preview' | 'film'

/** At most CHUNK bytes, sealed. `part`: the photo itself, the smaller picture made of it, a piece of a video under way. */
export interface ChunkRow {
  captureId: string
  part: Part
  index: number
  sealed: ArrayBuffer
}

/** One link of this phone's seal chain: docs/contract.md. Its key is the device and its place, so that order is the key's. */
export interface LinkRow extends Row {
  /** The visit that it is about, or the task that was downloaded. */
  subject: string
  /** When the server had it, by its clock; 0 before. */
  sentAt: number
}

/** A video under way, or cut off by a crash: its pieces lie in `chunks` as the part `film`. */
export interface FilmRow extends Row {
  draftId: string
}

export interface ParcelRow extends Row {
  queuedAt: number
  /** When the receipt covered everything; 0 before. */
  doneAt: number
}

export function nameOf(personId: string): string {
  return `fieldapp-${personId}`
}

export class LocalDatabase extends Dexie {
  tasks!: EntityTable<Row, 'id'>
  editions!: EntityTable<Row, 'id'>
  drafts!: EntityTable<DraftRow, 'id'>
  captures!: EntityTable<CaptureRow, 'id'>
  chunks!: Table<ChunkRow, [string, Part, number]>
  parcels!: EntityTable<ParcelRow, 'id'>
  /** Apart from their parcels: a parcel is written at every step, its record never again. */
  records!: EntityTable<Row, 'id'>
  receipts!: EntityTable<Row, 'id'>
  facts!: EntityTable<Row, 'id'>
  links!: EntityTable<LinkRow, 'id'>
  films!: EntityTable<FilmRow, 'id'>

  constructor(personId: string, name = nameOf(personId)) {
    super(name)
    this.version(1).stores({
      tasks: 'id',
      editions: 'id',
      drafts: 'id, state, [id+state+changedAt]',
      captures: 'id, draftId',
      chunks: '[captureId+part+index], captureId',
      parcels: 'id, queuedAt, doneAt',
      records: 'id',
      receipts: 'id',
      facts: 'id',
    })
    this.version(2).stores({ links: 'id, subject, sentAt', films: 'id, draftId' })
    // Another tab takes it from the phone: opened again it would be a new one, filled under a key that is gone.
    this.on('versionchange', ({ newVersion }) => {
      if (newVersion) return true
      this.close()
      return false // what Dexie does by itself would open it again at the next write
    })
  }
}
