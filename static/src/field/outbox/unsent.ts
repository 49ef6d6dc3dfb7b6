/** What is still only on this phone. */
import { local, personalFact } from '../local/person'
import { openParcels } from './parcel'

export interface Unsent {
  /** With those handed to a colleague: whether the file ever arrived, this phone cannot know. */
  drafts: number
  records: number
  files: number
}

export async function unsent(): Promise<Unsent> {
  const from = local.value
  if (!from) return { drafts: 0, records: 0, files: 0 }
  const { found, unreadable } = await openParcels(await from.database.parcels.toArray(), from)
  const parcels = found.filter(parcel => !parcel.receiptAt)
  const originals = parcels.flatMap(parcel => parcel.files).filter(file => file.purpose === 'original')
  return {
    drafts: await from.database.drafts.where('state').anyOf('draft', 'handed').count(),
    records: parcels.filter(({ record }) => record === 'waiting' || record === 'refused').length + unreadable.filter(({ doneAt }) => !doneAt).length,
    files: originals.filter(file => file.state !== 'stored').length,
  }
}

/** The visits in files that the person said were saved: with them the keys may go. */
export const EXPORTED = 'exported-visits'

export interface ExportedVisits {
  at: string
  visits: { id: string; changedAt: number }[]
}

/** Whether saved files hold every unsent visit as it is now. */
export async function isAllExported(): Promise<boolean> {
  const from = local.value
  if (!from) return true
  const saved = await personalFact<ExportedVisits>(EXPORTED, from)
  const packed = new Map(saved?.visits.map(({ id, changedAt }) => [id, changedAt]))
  const done = new Set(await from.database.parcels.where('doneAt').above(0).primaryKeys())
  const rows = await from.database.drafts.where('state').anyOf('draft', 'queued', 'handed').toArray()
  // A film under way, or cut off by a crash, is in no export before it is a capture.
  const filmed = new Set(await from.database.films.orderBy('draftId').uniqueKeys())
  return rows.every(({ id, state, changedAt }) => done.has(id) || (packed.get(id) === changedAt && (state === 'queued' || !filmed.has(id))))
}
