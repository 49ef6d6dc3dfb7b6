/**
 * The keys of this install. Private and wrapping keys cannot be exported: a copy of the browser's files is not enough
 * to read a visit or to sign one.
 */
import Dexie, { type EntityTable } from 'dexie'
import { newId } from '../ids'
import { Trouble } from '../trouble'

export interface DataKeyRow {
  personId: string
  wrapping: CryptoKey
  /** Null once a PIN guards it: then only `pin` and `recovery` hold it, each under a key that is not on this phone. */
  wrapped: ArrayBuffer | null
  pin?: { salt: ArrayBuffer; rounds: number; sealed: ArrayBuffer }
  recovery?: ArrayBuffer
  /** What lies under this key; the person's first one where it is left out. */
  database?: string
}

export interface DeviceRow {
  personId: string
  /** Of this install for this person: two people who share a phone never share a key. */
  id: string
  privateKey: CryptoKey
  /** SPKI, base64url. */
  publicKey: string
}

export interface ServerKey {
  id: string
  publicKey: string
  pinnedAt: string
}

class Keyring extends Dexie {
  dataKeys!: EntityTable<DataKeyRow, 'personId'>
  devices!: EntityTable<DeviceRow, 'personId'>
  serverKeys!: EntityTable<ServerKey, 'id'>
  facts!: EntityTable<{ name: string; value: unknown }, 'name'>

  constructor() {
    super('fieldapp-keyring')
    this.version(1).stores({ dataKeys: 'personId', devices: 'personId', serverKeys: 'id', facts: 'name' })
  }
}

export const keyring = new Keyring()

/** Made when first asked for. */
export async function dataKeyRow(personId: string): Promise<DataKeyRow> {
  return (await keyring.dataKeys.get(personId)) ?? keptFirst(await madeFor(personId))
}

/** The AES-GCM key of this person's vault; made when first asked for. Throws Trouble Locked while its PIN was not given. */
export async function dataKeyOf(personId: string): Promise<CryptoKey> {
  const kept = await dataKeyRow(personId)
  if (kept.wrapped) return unwrapped(kept.wrapping, kept.wrapped)
  const given = unlocked.get(personId)
  if (given) return given.key
  throw new Trouble('Locked', '请先输入本机的 6 位数字密码。', 'Give the six digits of this phone first.')
}

/** Keys whose PIN was given since this page was opened, and as they lie under the phone's own key. */
const unlocked = new Map<string, { key: CryptoKey; wrapped: ArrayBuffer }>()

/** The wrapped key as it lies under the phone's own key, opened by what the person or the server gave. */
export async function unlockWith(row: DataKeyRow, wrapped: ArrayBuffer): Promise<void> {
  unlocked.set(row.personId, { key: await unwrapped(row.wrapping, wrapped), wrapped })
}

/** null while nobody gave the PIN. */
export function wrappedKeyOf(personId: string): ArrayBuffer | null {
  return unlocked.get(personId)?.wrapped ?? null
}

/** Rows of keys that nobody here can open, by the person whose they were. */
export function asideOf(personId: string): Promise<DataKeyRow[]> {
  return keyring.dataKeys.where('personId').startsWith(`${personId} aside `).toArray()
}

/** The key stays with all that lies under it, and what comes next of this person gets a key and a database of its own. */
export async function setKeyAside(personId: string, database: string): Promise<void> {
  await keyring.transaction('rw', keyring.dataKeys, async () => {
    const row = await keyring.dataKeys.get(personId)
    if (!row) return
    await keyring.dataKeys.add({ ...row, personId: `${personId} aside ${newId()}`, database: row.database ?? database })
    await keyring.dataKeys.delete(personId)
  })
  unlocked.delete(personId)
}

/** Nobody reads what was kept any more: the key is gone, and there is no copy. */
export async function destroyKey(personId: string): Promise<void> {
  unlocked.delete(personId)
  await keyring.dataKeys.delete(personId)
}

/** The fact that names what personal captures are sealed to: taken at sign-in, and the newest takes over. */
export const ENVELOPE_KEY = 'envelope-key'

/** A small fact of this install that is nobody's secret. */
export async function fact<T>(name: string): Promise<T | null> {
  return ((await keyring.facts.get(name))?.value as T | undefined) ?? null
}

export async function keepFact(name: string, value: unknown): Promise<void> {
  await keyring.facts.put({ name, value })
}

async function madeFor(personId: string): Promise<DataKeyRow> {
  const wrapping = await crypto.subtle.generateKey({ name: 'AES-KW', length: 256 }, false, ['wrapKey', 'unwrapKey'])
  const data = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt', 'decrypt'])
  return { personId, wrapping, wrapped: await crypto.subtle.wrapKey('raw', data, wrapping, 'AES-KW') }
}

/** Two tabs may make a key at once: the one that was kept first is the key. */
function keptFirst(made: DataKeyRow): Promise<DataKeyRow> {
  return keyring.transaction('rw', keyring.dataKeys, async () => {
    const earlier = await keyring.dataKeys.get(made.personId)
    if (earlier) return earlier
    const mine = (await asideOf(made.personId)).length ? { ...made, database: `fieldapp-${made.personId}-${newId()}` } : made
    await keyring.dataKeys.add(mine)
    return mine
  })
}

async function unwrapped(wrapping: CryptoKey, wrapped: ArrayBuffer): Promise<CryptoKey> {
  try {
    return await crypto.subtle.unwrapKey('raw', wrapped, wrapping, 'AES-KW', 'AES-GCM', false, ['encrypt', 'decrypt'])
  } catch (error) {
    throw new Trouble(
      'KeyLost',
      '本机的密钥暂时用不了，已保存的内容打不开，但没有删除。请勿清除浏览器数据，关掉浏览器再打开试一次。',
      'The key of this phone cannot be used now, so what is kept cannot be opened; nothing is deleted. Do not clear browser data; close the browser, open it again and try once more.',
      { cause: error },
    )
  }
}
