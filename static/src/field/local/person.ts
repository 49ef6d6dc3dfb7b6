/** Whose data is open. Every part of the engine that reads or keeps asks here. */
import { Dexie } from 'dexie'
import { shallowRef } from 'vue'
import { Trouble } from '../trouble'
import { LocalDatabase, nameOf } from './database'
import { dataKeyOf, dataKeyRow, destroyKey, fact, keepFact, keyring, setKeyAside } from './keyring'
import { orNull, Vault } from './vault'

export interface Local {
  readonly personId: string
  readonly database: LocalDatabase
  readonly vault: Vault
}

export const local = shallowRef<Local | null>(null)

/** Opens this person's data and makes it the one in use. */
export async function openLocal(personId: string): Promise<Local> {
  if (local.value?.personId === personId) return local.value
  await finishForgetting()
  const database = new LocalDatabase(personId, (await dataKeyRow(personId)).database)
  await database.open()
  local.value = { personId, database, vault: new Vault(await dataKeyOf(personId)) }
  return local.value
}

/** Closes what is open; nothing of it is deleted. */
export function closeLocal(): void {
  local.value = null
}

/** Nobody here can open it now: it stays as it is, and this person's next opening begins beside it. */
export async function setAside(personId: string): Promise<void> {
  if (local.value?.personId === personId) closeLocal()
  await setKeyAside(personId, nameOf(personId))
}

const FORGETTING = 'forgetting '

/** Everything of this person leaves the phone: the key first, and a kill in the middle is made good at the next start. */
export async function forgetLocal({ personId, database }: Local): Promise<void> {
  await keepFact(FORGETTING + personId, database.name)
  closeLocal()
  database.close()
  await wipe(personId)
}

/** What a kill left behind of people who signed out could be read by nobody, and would stand in the way of their return. */
export async function finishForgetting(): Promise<void> {
  const names = await keyring.facts.where('name').startsWith(FORGETTING).primaryKeys()
  for (const name of names) await wipe(name.slice(FORGETTING.length))
}

async function wipe(personId: string): Promise<void> {
  const name = await fact<string | true>(FORGETTING + personId) // true: of an older version, which had one name for all
  await destroyKey(personId)
  await Dexie.delete(typeof name === 'string' ? name : nameOf(personId))
  await keyring.facts.delete(FORGETTING + personId)
}

export function mine(): Local {
  if (local.value) return local.value
  throw new Trouble('NobodySignedIn', '请先登录。', 'Sign in first.')
}

/** A sealed fact of this person, such as the session or the end of the seal chain; null for one that cannot be read, too. */
export async function personalFact<T>(name: string, { database, vault } = mine()): Promise<T | null> {
  const row = await database.facts.get(name)
  return row ? orNull(vault.openJson<T>(`facts/${name}`, row.sealed)) : null
}

export async function keepPersonalFact(name: string, value: unknown, { database, vault } = mine()): Promise<void> {
  await database.facts.put({ id: name, sealed: await vault.sealJson(`facts/${name}`, value) })
}
