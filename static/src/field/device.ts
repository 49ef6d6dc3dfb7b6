/** This install as the server knows it: an id and a P-256 key whose private half cannot leave the browser. */
import { fromText, toText } from '../shared/base64url'
import { newId } from './ids'
import { keyring, type DeviceRow } from './local/keyring'
import { utf8 } from './local/vault'

const P256 = { name: 'ECDSA', namedCurve: 'P-256' }

export interface Device {
  readonly id: string
  /** SPKI, base64url. */
  readonly publicKey: string
  /** r‖s over the UTF-8 bytes, base64url. */
  sign(text: string): Promise<string>
}

/** Not kept until `keepDevice`: until a first sign-in nobody knows whose it will be. */
export async function newDevice(): Promise<Omit<DeviceRow, 'personId'>> {
  const pair = await crypto.subtle.generateKey(P256, false, ['sign', 'verify'])
  const publicKey = toText(await crypto.subtle.exportKey('spki', pair.publicKey))
  return { id: newId(), privateKey: pair.privateKey, publicKey }
}

export async function keepDevice(personId: string, device: Omit<DeviceRow, 'personId'>): Promise<void> {
  await keyring.devices.put({ ...device, personId })
}

export async function deviceOf(personId: string): Promise<Device | null> {
  const row = await keyring.devices.get(personId)
  return row ? asDevice(row) : null
}

export function asDevice({ id, publicKey, privateKey }: Omit<DeviceRow, 'personId'>): Device {
  const sign = async (text: string) =>
    toText(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, utf8(text)))
  return { id, publicKey, sign }
}

/** Whether `signature` (r‖s, base64url) over the text is by this key (SPKI, base64url); false for anything malformed. */
export async function verifies(publicKey: string, signature: string, text: string): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('spki', fromText(publicKey), P256, false, ['verify'])
    return await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, fromText(signature), utf8(text))
  } catch (error) {
    if (error instanceof DOMException || error instanceof TypeError) return false
    throw error
  }
}

/** What a person would call this phone: `Android · Chrome`. */
export function deviceName(agent = navigator.userAgent): string {
  const system = /iPhone|iPad|Android|Windows|Macintosh|Linux/.exec(agent)?.[0] ?? '?'
  const model = /Android [^;)]*; ([^;)]+?)(?: Build|[;)])/.exec(agent)?.[1]
  const browser = /MicroMessenger|HuaweiBrowser|MiuiBrowser|MQQBrowser|Edg|Chrome|Safari|Firefox/.exec(agent)?.[0] ?? '?'
  return [system, model, browser].filter(Boolean).join(' · ').slice(0, 100)
}
