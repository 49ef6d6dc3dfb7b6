/**
 * Envelopes: a personal capture sealed to the server's public key, so that this phone itself cannot open it any more.
 * Twin of fieldapp/envelopes/format.py; docs/envelopes.md gives the bytes.
 */
import { fromText } from '../shared/base64url'
import { utf8 } from './local/vault'

export const ENVELOPE_TYPE = 'application/vnd.fieldapp.envelope'

/** A key that the server published; its id is the start of its hash. */
export interface EnvelopeKey {
  id: string
  /** SPKI, base64url. */
  publicKey: string
}

const MAGIC = 'FAE1'
const PIECE = 1024 * 1024
const TAG = 16
const P256 = { name: 'ECDH', namedCurve: 'P-256' } as const
/** Where each part of the head begins, and where the pieces do. */
const AT = { keyId: 4, ephemeral: 12, wrapped: 77, size: 117, sha256: 125, piece: 157, pieces: 161 } as const

/** `sha256` is the content's, in hex. */
export async function enveloped(content: ArrayBuffer, sha256: string, key: EnvelopeKey): Promise<ArrayBuffer> {
  const contentKey = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt'])
  const count = Math.ceil(content.byteLength / PIECE)
  const envelope = new Uint8Array(AT.pieces + content.byteLength + count * TAG)
  envelope.set(await headOf(content, sha256, key, contentKey))
  const additionalData = envelope.slice(0, AT.pieces)
  for (let n = 0; n < count; n += 1) {
    const piece = new Uint8Array(content, n * PIECE, Math.min(PIECE, content.byteLength - n * PIECE))
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonceOf(n), additionalData }, contentKey, piece)
    envelope.set(new Uint8Array(sealed), AT.pieces + n * (PIECE + TAG))
  }
  return envelope.buffer
}

async function headOf(content: ArrayBuffer, sha256: string, key: EnvelopeKey, contentKey: CryptoKey): Promise<Uint8Array> {
  const own = await crypto.subtle.generateKey(P256, false, ['deriveBits'])
  const theirs = await crypto.subtle.importKey('spki', fromText(key.publicKey), P256, true, [])
  const ephemeral = await pointOf(own.publicKey)
  const wrapping = await wrappingKey(own.privateKey, theirs, [ephemeral, await pointOf(theirs)])
  const head = new Uint8Array(AT.pieces)
  head.set(utf8(MAGIC))
  head.set(fromHex(key.id), AT.keyId)
  head.set(ephemeral, AT.ephemeral)
  head.set(new Uint8Array(await crypto.subtle.wrapKey('raw', contentKey, wrapping, 'AES-KW')), AT.wrapped)
  const view = new DataView(head.buffer)
  view.setUint32(AT.size, Math.floor(content.byteLength / 2 ** 32))
  view.setUint32(AT.size + 4, content.byteLength % 2 ** 32)
  head.set(fromHex(sha256), AT.sha256)
  view.setUint32(AT.piece, PIECE)
  return head
}

async function wrappingKey(own: CryptoKey, theirs: CryptoKey, points: [Uint8Array, Uint8Array]): Promise<CryptoKey> {
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, own, 256)
  const secret = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey'])
  const salt = Uint8Array.from([...points[0], ...points[1]])
  const how = { name: 'HKDF', hash: 'SHA-256', salt, info: utf8('fieldapp envelope 1') }
  return crypto.subtle.deriveKey(how, secret, { name: 'AES-KW', length: 256 }, false, ['wrapKey'])
}

async function pointOf(key: CryptoKey): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.exportKey('raw', key))
}

/** The content key is used for this one envelope, so that counting is enough. */
function nonceOf(n: number): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(12)
  new DataView(nonce.buffer).setUint32(8, n)
  return nonce
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
}
