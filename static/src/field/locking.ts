/** When screens are locked: by the PIN, after a week without the server, after the phone was revoked. The outbox goes on meanwhile. */
import { ref, watch } from 'vue'
import { fact, keepFact } from './local/keyring'
import { hasPin, openWithPin } from './local/pin'
import { local } from './local/person'
import { keptIfRoom } from './local/vault'

/** pin: the digits are wanted · stale: seven days without the server, only capture, sending and export are open · revoked. */
export type Lock = 'pin' | 'stale' | 'revoked'

export const lock = ref<Lock | null>(null)

/** Whose digits are wanted. */
export const lockedPerson = ref<string | null>(null)

const STALE_AFTER = 7 * 24 * 3600_000
const IDLE_AFTER = 5 * 60_000
const CONTACT = 'last-contact'
const REVOKED = 'revoked'
const A_WHILE = 60_000

let heardAt = 0

/** What stays open under each lock: nothing may ever strand a day's work. */
const OPEN: Record<Lock, RegExp> = {
  pin: /^\/(lock|sign-in)$/,
  stale: /^\/(lock|sign-in|keep|outbox|visits\/.+)$/,
  revoked: /^\/(lock|sign-in|keep|outbox)$/,
}

export function isOpen(path: string): boolean {
  return lock.value === null || OPEN[lock.value].test(path)
}

/** The server spoke to this person: what was too old is not any more. */
export async function heardServer(at = Date.now()): Promise<void> {
  if (lock.value !== 'stale' && Math.abs(at - heardAt) < A_WHILE) return // not at each of a hundred requests
  heardAt = at
  if (lock.value === 'stale') lock.value = null
  await keptIfRoom(keepFact(CONTACT, at))
}

export async function markRevoked(personId: string): Promise<void> {
  await keepFact(`${REVOKED} ${personId}`, true)
  if (lock.value !== 'pin') lock.value = 'revoked'
}

export async function markStanding(personId: string): Promise<void> {
  await keepFact(`${REVOKED} ${personId}`, false)
  lock.value = null
  lockedPerson.value = null
}

/** At a cold start and after each unlocking. */
export async function lockWhereDue(personId: string, now = Date.now()): Promise<void> {
  lockedPerson.value = personId
  if (local.value?.personId !== personId && (await hasPin(personId))) lock.value = 'pin'
  else lock.value = await lockBeyondPin(personId, now)
}

/** Throws Trouble WrongPin or TooManyGuesses. */
export async function unlock(pin: string): Promise<void> {
  if (!lockedPerson.value) return
  await openWithPin(lockedPerson.value, pin)
  lock.value = await lockBeyondPin(lockedPerson.value, Date.now())
}

/** The screens only: what is in memory goes on being sent. */
export async function lockNow(): Promise<boolean> {
  const personId = local.value?.personId
  if (!personId || lock.value === 'pin' || !(await hasPin(personId))) return false
  lockedPerson.value = personId
  lock.value = 'pin'
  return true
}

let recordings = 0

/** Nobody touches the screen while a statement is recorded, and a lock would cut it off. Call the result when it is over. */
export function stayOpen(): () => void {
  recordings += 1
  return () => { recordings -= 1 }
}

/** Locks after five minutes without a touch, or away from the app; an app that is never closed, after a week without the server. */
export async function lockIfDue(idleFor: number, now = Date.now()): Promise<void> {
  if (recordings) return
  if (idleFor > IDLE_AFTER) await lockNow()
  const personId = local.value?.personId
  if (lock.value === null && personId) lock.value = await lockBeyondPin(personId, now)
}

/** Whatever locked, and whenever: a screen that is no longer open does not stay in sight. Call the result to stop. */
export function watchLock(path: () => string, bar: () => void): () => void {
  return watch(lock, () => { if (!isOpen(path())) bar() })
}

export function watchIdleness(): () => void {
  let touched = Date.now()
  const touch = () => { touched = Date.now() }
  const look = () => {
    if (recordings) touch()
    return lockIfDue(Date.now() - touched)
  }
  const seen = () => { if (document.visibilityState === 'visible') void look().then(touch) }
  const timer = setInterval(() => void look(), 20_000)
  for (const name of ['pointerdown', 'keydown']) addEventListener(name, touch, { passive: true })
  document.addEventListener('visibilitychange', seen)
  return () => {
    clearInterval(timer)
    for (const name of ['pointerdown', 'keydown']) removeEventListener(name, touch)
    document.removeEventListener('visibilitychange', seen)
  }
}

async function lockBeyondPin(personId: string, now: number): Promise<Lock | null> {
  if (await fact<boolean>(`${REVOKED} ${personId}`)) return 'revoked'
  const heard = await fact<number>(CONTACT)
  return heard !== null && now - heard > STALE_AFTER ? 'stale' : null
}
