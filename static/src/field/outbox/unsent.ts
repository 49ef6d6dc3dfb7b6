/** What is still only on this phone. */
import { local } from '../local/person'
import { parcelsIn } from './parcel'

export interface Unsent {
  drafts: number
  records: number
  files: number
}

export async function unsent(): Promise<Unsent> {
  const from = local.value
  if (!from) return { drafts: 0, records: 0, files: 0 }
  const parcels = (await parcelsIn(from)).filter(parcel => !parcel.receiptAt)
  const originals = parcels.flatMap(parcel => parcel.files).filter(file => file.purpose === 'original')
  return {
    drafts: await from.database.drafts.where('state').equals('draft').count(),
    records: parcels.filter(parcel => parcel.record === 'waiting' || parcel.record === 'refused').length,
    files: originals.filter(file => file.state !== 'stored').length,
  }
}
