/**
 * What decides is signed here, by a key of this person in this browser that cannot be taken out of it: the request
 * itself as canonical JSON. Nobody who writes the server's database can make such a signature.
 */
import Dexie, { type EntityTable } from 'dexie'
import { toText } from '../shared/base64url'
import { canonical, type Json } from '../shared/canonical'

export interface SigningKey {
  /** The sign-in name whose key it is: two people at one desk never share a key. */
  name: string
  id: string
  privateKey: CryptoKey
  /** SPKI, base64url. */
  publicKey: string
}

export interface Asked {
  method: string
  path: string
  body: unknown
  ifMatch: string | null
}

class Keyring extends Dexie {
  keys!: EntityTable<SigningKey, 'name'>

  constructor() {
    super('fieldapp-console')
    this.version(1).stores({ keys: 'name' })
  }
}

const keyring = new Keyring()
const P256 = { name: 'ECDSA', namedCurve: 'P-256' }

/** The person's key in this browser, made when first asked for. Null where the browser keeps nothing. */
export async function keyOf(signInName: string, anew = false): Promise<SigningKey | null> {
  const name = signInName.trim().toLowerCase()
  try {
    const known = anew ? undefined : await keyring.keys.get(name)
    if (known) return known
    const pair = await crypto.subtle.generateKey(P256, false, ['sign', 'verify'])
    const publicKey = toText(await crypto.subtle.exportKey('spki', pair.publicKey))
    const made = { name, id: crypto.randomUUID(), privateKey: pair.privateKey, publicKey }
    await keyring.keys.put(made)
    return made
  } catch (error) {
    // A private window without a store, or a page without HTTPS: reading goes on, deciding will say what it lacks.
    if (error instanceof Dexie.DexieError || error instanceof TypeError) return null
    throw error
  }
}

/** The headers that carry the act. */
export async function signed(asked: Asked, key: SigningKey, personId: string): Promise<Record<string, string>> {
  const act = {
    kind: 'fieldapp act',
    format: 1,
    id: crypto.randomUUID(),
    method: asked.method,
    path: asked.path.split('?')[0]!,
    body: (asked.body ?? null) as Json,
    if_match: asked.ifMatch,
    person_id: personId,
    device_id: key.id,
    at: new Date().toISOString(),
  }
  const text = new TextEncoder().encode(canonical(act))
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key.privateKey, text)
  return { 'Fieldapp-Act': toText(text.buffer as ArrayBuffer), 'Fieldapp-Act-Signature': toText(signature) }
}
