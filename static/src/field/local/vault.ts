/** Encryption of everything kept: AES-GCM, each value bound to the place it is kept in, so rows cannot be swapped. */
import { Trouble } from '../trouble'

/** Bytes are kept in pieces of at most this size: large values break IndexedDB on some phones. */
export const CHUNK = 2 * 1024 * 1024
const NONCE = 12

export class Vault {
  constructor(private readonly key: CryptoKey) {}

  /** `place` names the row, such as `drafts/<id>`; the same is wanted for opening. */
  async seal(place: string, bytes: BufferSource): Promise<ArrayBuffer> {
    const iv = crypto.getRandomValues(new Uint8Array(NONCE))
    const hidden = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8(place) }, this.key, bytes)
    const sealed = new Uint8Array(NONCE + hidden.byteLength)
    sealed.set(iv)
    sealed.set(new Uint8Array(hidden), NONCE)
    return sealed.buffer
  }

  async open(place: string, sealed: ArrayBuffer): Promise<ArrayBuffer> {
    try {
      const iv = new Uint8Array(sealed, 0, NONCE)
      const hidden = new Uint8Array(sealed, NONCE)
      return await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: utf8(place) }, this.key, hidden)
    } catch (error) {
      throw unreadable(error)
    }
  }

  sealJson(place: string, value: unknown): Promise<ArrayBuffer> {
    return this.seal(place, utf8(JSON.stringify(value)))
  }

  /** `fits`: whether it has what everybody takes for granted of it. */
  async openJson<T>(place: string, sealed: ArrayBuffer, fits: (found: T) => boolean = () => true): Promise<T> {
    const bytes = await this.open(place, sealed)
    try {
      const found = JSON.parse(new TextDecoder().decode(bytes)) as T
      if (fits(found)) return found
    } catch (error) {
      throw unreadable(error)
    }
    throw unreadable(`not as it was kept: ${place}`)
  }
}

/** No two sealed values have the same. */
export function nonceOf(sealed: ArrayBuffer): string {
  return String(new Uint8Array(sealed, 0, NONCE))
}

function unreadable(cause: unknown): Trouble {
  return new Trouble(
    'Unreadable',
    '本机保存的一项内容无法读出，未作任何删除。请联系管理员。',
    'Something kept on this phone cannot be read. Nothing was deleted; ask an administrator.',
    { cause },
  )
}

export function isUnreadable(error: unknown): boolean {
  return error instanceof Trouble && error.code === 'Unreadable'
}

/** null for what cannot be read; what else goes wrong is thrown. */
export async function orNull<T>(opening: Promise<T>): Promise<T | null> {
  try {
    return await opening
  } catch (error) {
    if (isUnreadable(error)) return null
    throw error
  }
}

/** Rows one by one, in their order: what cannot be read is told apart, and holds up none of the others. */
export async function apart<Row, T>(rows: readonly Row[], open: (row: Row) => Promise<T>): Promise<{ found: T[]; unreadable: Row[] }> {
  const opened = await Promise.all(rows.map(row => orNull(open(row).then(value => ({ value })))))
  return { found: opened.flatMap(one => (one ? [one.value] : [])), unreadable: rows.filter((_, n) => !opened[n]) }
}

/** Awaits a write and says in a sentence why it did not happen: an unsaved photo must never look saved. */
export async function kept<T>(write: Promise<T>): Promise<T> {
  try {
    return await write
  } catch (error) {
    if (error instanceof Trouble) throw error
    throw isQuota(error) ? new Trouble('NoSpace', ...NO_SPACE, { cause: error }) : new Trouble('NotKept', ...NOT_KEPT, { cause: error })
  }
}

/**
 * For notes of how far things have come: a full phone must still be able to send, or it never gets room again. What was
 * not noted down is asked of the server once more.
 */
export async function keptIfRoom(write: Promise<unknown>): Promise<void> {
  await kept(write).catch((error: unknown) => { if (!isNoSpace(error)) throw error })
}

export function isNoSpace(error: unknown): boolean {
  return error instanceof Trouble && error.code === 'NoSpace'
}

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>
}

const NO_SPACE = [
  '手机存储空间不足，刚才的内容没有保存。请先上传或清理手机空间，再重做这一步。',
  'The phone has no space left, and this was not saved. Upload or free some space, then do this step again.',
] as const
const NOT_KEPT = [
  '浏览器没有保存成功，刚才的内容没有写入本机。请重做这一步；若再次出现，请改用系统浏览器打开。',
  'The browser did not keep this. Do the step again; if it happens again, open the app in the system browser.',
] as const

function isQuota(error: unknown): boolean {
  const { name, inner } = (error ?? {}) as { name?: string; inner?: unknown }
  return name === 'QuotaExceededError' || (inner !== undefined && isQuota(inner))
}
