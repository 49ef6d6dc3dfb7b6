/**
 * The keys of this install. Private and wrapping keys cannot be exported: a copy of the browser's files is not enough
 * to read a visit or to sign one.
 */
import Dexie, { type EntityTable } from 'dexie'
import { Trouble } from '../trouble'

export interface DataKeyRow {
  personId: string
  wrapping: CryptoKey
  wrapped: ArrayBuffer
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

/** The AES-GCM key of this person's vault; made when first asked for. */
export async function dataKeyOf(personId: string): Promise<CryptoKey> {
  const kept = await keyring.dataKeys.get(personId)
  return unwrapped(kept ?? (await keptFirst(await madeFor(personId))))
}

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
    if (!earlier) await keyring.dataKeys.add(made)
    return earlier ?? made
  })
}

async function unwrapped({ wrapped, wrapping }: DataKeyRow): Promise<CryptoKey> {
  try {
    return await crypto.subtle.unwrapKey('raw', wrapped, wrapping, 'AES-KW', 'AES-GCM', false, ['encrypt', 'decrypt'])
  } catch (error) {
    throw new Trouble(
      'KeyLost',
      '本机的密钥无法使用，已保存的内容暂时打不开。请勿清除浏览器数据，并联系管理员。',
      'The key of this phone cannot be used, so what is kept cannot be opened. Do not clear browser data; ask an administrator.',
      { cause: error },
    )
  }
}
