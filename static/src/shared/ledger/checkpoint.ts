/** Signed checkpoints of the server's log: what they say, and whether a key that we know signed them. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { fromText } from '../base64url'
import { canonical } from '../canonical'

export interface Checkpoint {
  size: number
  body: string
  signature: string
  key_id: string
}

export interface Statement {
  origin: string
  size: number
  root: string
  at: string
  key_id: string
}

export interface ListedKey {
  id: string
  public_key: string
  use: string
  previous_id?: string | null
  endorsement?: string | null
}

/** id to public key (SPKI, base64url) */
export type Keys = Readonly<Record<string, string>>

const P256 = { name: 'ECDSA', namedCurve: 'P-256' }

/** Null for any text that is no checkpoint. */
export function statementOf(checkpoint: Checkpoint): Statement | null {
  try {
    const said = JSON.parse(checkpoint.body) as Statement & { kind: string }
    const whole = said.kind === 'fieldapp checkpoint' && Number.isSafeInteger(said.size) && /^[0-9a-f]{64}$/.test(said.root)
    return whole && said.size === checkpoint.size ? said : null
  } catch {
    return null // not JSON, or not an object
  }
}

/** The first key of the list, and every key that it, or one of those after it, handed over to. */
export async function firstKeys(listed: readonly ListedKey[]): Promise<Keys> {
  const first = listed.find((key) => key.use === 'checkpoint' && !key.previous_id)
  return first ? grownFrom({ [first.id]: first.public_key }, listed) : {}
}

export async function grownFrom(known: Keys, listed: readonly ListedKey[]): Promise<Keys> {
  for (const key of listed) {
    const before = key.previous_id ? known[key.previous_id] : undefined
    if (known[key.id] || !before || !key.endorsement || idOf(key.public_key) !== key.id) continue
    const text = canonical({ kind: 'fieldapp ledger key', public_key: key.public_key, previous_id: key.previous_id! })
    if (await isSigned(before, key.endorsement, text)) return grownFrom({ ...known, [key.id]: key.public_key }, listed)
  }
  return known
}

/** Whether `signature` (r‖s, base64url) over the text is by this key; false for anything malformed. */
export async function isSigned(publicKey: string, signature: string, text: string): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('spki', fromText(publicKey), P256, false, ['verify'])
    const signed = new TextEncoder().encode(text)
    return await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, fromText(signature), signed)
  } catch (error) {
    if (error instanceof DOMException || error instanceof TypeError) return false
    throw error
  }
}

function idOf(publicKey: string): string {
  return bytesToHex(sha256(fromText(publicKey))).slice(0, 16)
}
