/**
 * The PIN of a phone: it guards the data key together with a key that cannot leave the browser, so that six digits are
 * enough against a copy of the browser's files, and guessing on the phone itself is slowed down. Nothing is ever thrown
 * away for wrong guesses. Why PBKDF2, and what the server keeps: docs/decisions/0017.
 */
import { fromText } from '../../shared/base64url'
import { Trouble } from '../trouble'
import { fact, keepFact, keyring, unlockWith, wrappedKeyOf, type DataKeyRow } from './keyring'
import { utf8 } from './vault'

const ROUNDS = 600_000
const FREE_TRIES = 5
const FIRST_WAIT = 30_000
const LONGEST_WAIT = 3600_000
const NONCE = 12

interface Failures {
  count: number
  until: number
}

export async function hasPin(personId: string): Promise<boolean> {
  return (await keyring.dataKeys.get(personId))?.wrapped === null
}

/**
 * Guards the key from now on. `recoveryKey`: from the server right after the password (base64url); without one a
 * forgotten PIN could not be helped, so there is no PIN without one.
 */
export async function setPin(personId: string, pin: string, recoveryKey: string): Promise<void> {
  requireSixDigits(pin)
  const row = await keyring.dataKeys.get(personId)
  if (!row?.wrapped) throw new Trouble('PinIsSet', '本机已设置密码。', 'This phone has its PIN already.')
  await guard(row, row.wrapped, pin, await sealUnder(await recoveryOf(recoveryKey), row.wrapped))
}

/** Throws Trouble WrongPin or TooManyGuesses; the key is open for this page when it resolves. */
export async function openWithPin(personId: string, pin: string, now = Date.now()): Promise<void> {
  const row = await lockedRow(personId)
  const failures = (await fact<Failures>(failuresOf(personId))) ?? { count: 0, until: 0 }
  if (failures.until > now) throw tooMany(await waitLeft(personId, failures, now))
  const wrapped = await openUnder(await keyOf(pin, row.pin!.salt, row.pin!.rounds), row.pin!.sealed)
  if (!wrapped) throw await wrong(personId, failures, now)
  await keepFact(failuresOf(personId), null)
  await unlockWith(row, wrapped)
}

/**
 * After the password was given to the server: the forgotten PIN is replaced by a new one. Throws Trouble NoRecovery where
 * the phone was enrolled anew since, and nobody has given the PIN since this page was opened.
 */
export async function replacePin(personId: string, pin: string, recoveryKey: string): Promise<void> {
  requireSixDigits(pin)
  const row = await lockedRow(personId)
  const key = await recoveryOf(recoveryKey)
  const wrapped = wrappedKeyOf(personId) ?? (row.recovery && (await openUnder(key, row.recovery)))
  if (!wrapped) throw new Trouble('NoRecovery', '服务器的恢复密钥与本机不符，内容仍在，请输入原来的数字密码。', 'The recovery key is not of this phone. Nothing is lost; give the PIN.')
  await guard(row, wrapped, pin, await sealUnder(key, wrapped))
  await keepFact(failuresOf(personId), null)
  await unlockWith(row, wrapped)
}

/** The server's key for this phone is another one once it is enrolled anew: from now on that one helps who forgot the PIN. */
export async function renewRecovery(personId: string, recoveryKey: string): Promise<void> {
  const wrapped = wrappedKeyOf(personId)
  if (!wrapped || !(await hasPin(personId))) return
  await keyring.dataKeys.update(personId, { recovery: await sealUnder(await recoveryOf(recoveryKey), wrapped) })
}

async function guard(row: DataKeyRow, wrapped: ArrayBuffer, pin: string, recovery: ArrayBuffer): Promise<void> {
  const salt = crypto.getRandomValues(new Uint8Array(16)).buffer
  const sealed = await sealUnder(await keyOf(pin, salt, ROUNDS), wrapped)
  await unlockWith(row, wrapped)
  await keyring.dataKeys.put({ ...row, wrapped: null, pin: { salt, rounds: ROUNDS, sealed }, recovery })
}

async function lockedRow(personId: string): Promise<DataKeyRow> {
  const row = await keyring.dataKeys.get(personId)
  if (!row?.pin) throw new Trouble('NoPin', '本机没有设置数字密码。', 'This phone has no PIN.')
  return row
}

async function wrong(personId: string, { count }: Failures, now: number): Promise<Trouble> {
  const failed = count + 1
  const wait = failed < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failed - FREE_TRIES))
  await keepFact(failuresOf(personId), { count: failed, until: now + wait } satisfies Failures)
  if (wait) return tooMany(wait)
  return new Trouble('WrongPin', `密码不对，还可以试 ${FREE_TRIES - failed} 次。`, `Wrong; ${FREE_TRIES - failed} tries are left.`)
}

/** Never more than the longest: a clock that was wrong when it failed must not lock anybody out for years. */
async function waitLeft(personId: string, failures: Failures, now: number): Promise<number> {
  const wait = Math.min(failures.until - now, LONGEST_WAIT)
  if (now + wait < failures.until) await keepFact(failuresOf(personId), { ...failures, until: now + wait } satisfies Failures)
  return wait
}

function tooMany(ms: number): Trouble {
  const seconds = Math.ceil(ms / 1000)
  return new Trouble('TooManyGuesses', `错误次数过多，请 ${seconds} 秒后再试。内容都在，不会删除。`, `Too many wrong tries: wait ${seconds} seconds. Nothing is deleted.`)
}

function failuresOf(personId: string): string {
  return `pin-failures ${personId}`
}

function requireSixDigits(pin: string): void {
  if (!/^\d{6}$/.test(pin)) throw new Trouble('NotSixDigits', '请输入 6 位数字。', 'Six digits, please.')
}

async function keyOf(pin: string, salt: ArrayBuffer, rounds: number): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey('raw', utf8(pin), 'PBKDF2', false, ['deriveKey'])
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }, secret, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

function recoveryOf(text: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', fromText(text), 'AES-GCM', false, ['encrypt', 'decrypt'])
}

async function sealUnder(key: CryptoKey, bytes: ArrayBuffer): Promise<ArrayBuffer> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE))
  const hidden = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, bytes))
  const sealed = new Uint8Array(NONCE + hidden.length)
  sealed.set(iv)
  sealed.set(hidden, NONCE)
  return sealed.buffer
}

/** Null where the key is another. */
async function openUnder(key: CryptoKey, sealed: ArrayBuffer): Promise<ArrayBuffer | null> {
  try {
    return await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.slice(0, NONCE) }, key, sealed.slice(NONCE))
  } catch (error) {
    if (error instanceof DOMException && error.name === 'OperationError') return null
    throw error
  }
}
