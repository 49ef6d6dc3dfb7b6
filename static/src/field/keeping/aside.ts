/**
 * What lies under a PIN that nobody knew when the phone was enrolled anew, or under a key that the browser could not use:
 * counted, and fetched once the PIN is known or the key works again.
 */
import Dexie from 'dexie'
import { toText } from '../../shared/base64url'
import { canonical, type Json } from '../../shared/canonical'
import { LocalDatabase, type DraftRow } from '../local/database'
import { openDraftRow } from '../local/drafts'
import { asideOf, dataKeyOf, destroyKey, type DataKeyRow } from '../local/keyring'
import { mine, type Local } from '../local/person'
import { openWithPin } from '../local/pin'
import { Vault } from '../local/vault'
import { exportOf, unsentVisits } from './exporting'
import { restoreExport, type Restored } from './restoring'

export interface Aside {
  id: string
  /** Not handed in, or not wholly sent. */
  visits: number
  /** Wanted for fetching it. */
  hasPin: boolean
}

/** No more can be said of them while their key is shut. */
export async function asides(): Promise<Aside[]> {
  const { personId } = mine()
  const rows = await asideOf(personId)
  const found = await Promise.all(rows.map(row => within(row, async database => ({ id: row.personId, visits: (await unsentVisits({ database })).length, hasPin: !!row.pin }))))
  return found.filter(({ visits }) => visits > 0)
}

/**
 * Into what this person works with now, each visit once. `left`: of those that cannot be read; then all of it stays aside
 * as well, as it does where a visit is here otherwise than there. Throws Trouble WrongPin, TooManyGuesses, KeyLost.
 */
export async function fetchBack(id: string, pin: string, told: (done: number, all: number) => void = () => {}): Promise<Restored & { left: number }> {
  const { personId } = mine()
  const row = (await asideOf(personId)).find(one => one.personId === id)!
  if (row.pin) await openWithPin(id, pin)
  const vault = new Vault(await dataKeyOf(id))
  return within(row, async (database) => {
    const passphrase = toText(crypto.getRandomValues(new Uint8Array(32)).buffer)
    const { file, left, lost } = await exportOf({ personId, database, vault }, passphrase, told)
    const restored = await restoreExport(file, passphrase, told)
    const isAll = left + lost + (await database.films.count()) === 0
    if (isAll && (!restored.there || (await isHere({ database, vault })))) await forget(row)
    return { ...restored, left }
  })
}

/** Whether each visit is here as it is there: an older export of it may have been taken in meanwhile. */
async function isHere(there: Pick<Local, 'database' | 'vault'>): Promise<boolean> {
  const here = mine()
  for (const row of await unsentVisits(there)) {
    const known = await here.database.drafts.get(row.id)
    if (!known) return false
    const [theirs, ours] = await Promise.all([saidIn(row, there), saidIn(known, here)])
    if (theirs !== ours) return false
  }
  return true
}

/** Its answers and its photos, as one text. */
async function saidIn(row: DraftRow, { database, vault }: Pick<Local, 'database' | 'vault'>): Promise<string> {
  const photos = await database.captures.where('draftId').equals(row.id).primaryKeys()
  return canonical([await openDraftRow(row, vault), photos.sort()] as unknown as Json)
}

async function within<T>(row: DataKeyRow, act: (database: LocalDatabase) => Promise<T>): Promise<T> {
  const database = new LocalDatabase(mine().personId, row.database)
  try {
    await database.open()
    return await act(database)
  } finally {
    database.close()
  }
}

/** The database first: a key without one is nothing, and is found again. */
async function forget({ personId, database }: DataKeyRow): Promise<void> {
  await Dexie.delete(database!)
  await destroyKey(personId)
}
