/**
 * Who works on this phone. The session is kept, so the app opens without a network and capture never asks for a
 * password; the server's cookie may end in between and is renewed by the device key.
 */
import { ref, shallowRef } from 'vue'
import { at, type Schema } from '../shared/api/describing'
import { restoreClock } from './clock'
import { deviceOf, keepDevice, type Device } from './device'
import { pinKeys, signedIn } from './enrolling'
import { newId } from './ids'
import { fact, keepFact } from './local/keyring'
import { finishForgetting, forgetLocal, keepPersonalFact, local, openLocal, personalFact, setAside, type Local } from './local/person'
import { inTurn, together } from './locks'
import { inChainOrder, recallLinks, rememberChain } from './local/chain'
import { hasPin, renewRecovery, replacePin, setPin } from './local/pin'
import { heardServer, lock, lockWhereDue, markRevoked, markStanding } from './locking'
import { keptIfRoom } from './local/vault'
import { Trouble } from './trouble'
import type { Unsent } from './outbox/unsent'
import { ask, get, overTheNetwork, post, remove, want, wanted, type Call, type Reach, type Reply } from './wire'

export type Session = Schema<'Session'>

/** Refused: something is still only on this phone. */
export class NotYetSent extends Trouble {
  constructor(readonly unsent: Unsent) {
    super(
      'NotYetSent',
      `还有 ${unsent.drafts} 个未提交的检查、${unsent.records} 条记录和 ${unsent.files} 个文件没有传完，暂不能退出。请先上传，或在“备份与移交”中导出并确认已保存。`,
      `${unsent.drafts} unfinished visits, ${unsent.records} records and ${unsent.files} files are not sent yet, so you cannot sign out. Send them, or export them and confirm the file is saved.`,
    )
  }
}

const LOCK = 'fieldapp-session'
/** A channel hears what its own page says through another: a sign-in must not reload the page that it is for. */
const thisPage = newId()
const CURRENT = 'signed-in'
const ENDING = 'session-to-end'
const A_MOMENT = 5000

export const session = shallowRef<Session | null>(null)
/** The cookie ended and the device key could not renew it: uploads wait until the password is given. */
export const needsPassword = ref(false)

/** At a cold start, network or not: the last person's data, or null where somebody must sign in, or their key cannot be used: the sign-in says so. */
export async function restoreSession(): Promise<Session | null> {
  await restoreClock()
  await finishForgetting()
  const personId = await fact<string>(CURRENT)
  if (!personId) return null
  await lockWhereDue(personId)
  return lock.value === 'pin' ? null : openSession(personId).catch(noKey)
}

function noKey(error: unknown): null {
  if (error instanceof Trouble && error.code === 'KeyLost') return null
  throw error
}

/** After the PIN was given, or where none is wanted. */
export async function openSession(personId: string): Promise<Session | null> {
  const opened = await openLocal(personId)
  session.value = await personalFact<Session>('session', opened)
  return session.value
}

/**
 * Throws Problem (WrongSignIn, TooMany …) or Unreachable: a first sign-in wants the network. `newPin`: of a phone whose PIN
 * was forgotten; the server helps right after the password. Without it a phone with a PIN throws Trouble Locked. Where the
 * server cannot help (Trouble NoRecovery), `anew` sets aside what lies under the old PIN and begins beside it.
 */
export async function signIn(name: string, password: string, reach: Reach = overTheNetwork, newPin?: string, anew = false): Promise<Session> {
  const opened = await inTurn(LOCK, async () => {
    const { reply, device } = await signedIn(name, password, reach, anew)
    const { id } = reply.person
    const forgotten = newPin !== undefined && (await hasPin(id)) ? { newPin, key: await recoveryKey(reach) } : null
    if (forgotten && anew) await setAside(id)
    else if (forgotten) await replacePin(id, forgotten.newPin, forgotten.key)
    await keepDevice(id, device)
    await pinKeys(reach)
    await adopt(reply)
    if (forgotten && anew) await setPin(id, forgotten.newPin, forgotten.key)
    else if (!forgotten) await helpNextTime(id, reach)
    await markStanding(id)
    await keepFact(ENDING, false)
    return reply
  })
  announce()
  return opened
}

/** A phone that was enrolled anew has another recovery key. Where it does not come, the next password brings it: nobody is kept out for it. */
async function helpNextTime(personId: string, reach: Reach): Promise<void> {
  if (!(await hasPin(personId))) return
  const reply = await ask(reach, RECOVERY_KEY)
  if (reply !== 'unreachable' && reply.body) await renewRecovery(personId, reply.body.key)
}

/** Guards what is kept by six digits. Wants the network and the password of the last ten minutes. Throws Problem, Unreachable, Trouble. */
export async function guardByPin(pin: string, reach: Reach = overTheNetwork): Promise<void> {
  const from = local.value
  // As this person or not at all: another's key could never help with a forgotten PIN.
  if (from) await setPin(from.personId, pin, (await wantSigned(RECOVERY_KEY, reach)).key)
}

let renewing: { personId: string | undefined; done: Promise<boolean> } | null = null

/**
 * A new cookie by signing the server's nonce. False: the password is wanted (and `needsPassword` says so). At a start
 * several calls find the cookie gone: one renewal serves them all.
 */
export function renew(reach: Reach = overTheNetwork): Promise<boolean> {
  const personId = session.value?.person.id
  if (renewing && renewing.personId === personId) return renewing.done
  const done = renewOnce(reach).finally(() => { if (renewing?.done === done) renewing = null })
  renewing = { personId, done }
  return done
}

async function renewOnce(reach: Reach): Promise<boolean> {
  const person = session.value?.person
  const device = person && (await deviceOf(person.id))
  if (!person || !device) {
    needsPassword.value = true
    return false
  }
  const outcome = await inTurn(LOCK, async () => {
    const fresh = await renewed(device, reach)
    if (fresh === 'unreachable') return fresh
    needsPassword.value = fresh === 'revoked' || fresh?.person.id !== person.id
    if (fresh === 'revoked') await markRevoked(person.id)
    else if (fresh && !needsPassword.value) await adopt(fresh)
    return fresh
  })
  if (outcome === 'revoked') await forgetRevoked()
  return outcome !== 'unreachable' && !needsPassword.value
}

/** Nobody needs to be there for it: whoever found the phone would not ask for it. What is only here stays until it is sent or exported. */
async function forgetRevoked(): Promise<void> {
  const from = local.value
  if (!from) return
  try {
    await inChainOrder(from, () => forgetPerson(from))
    session.value = null
    announce()
  } catch (error) {
    if (!(error instanceof NotYetSent)) throw error
  }
}

/** Calls the server as the person whose data is open; renews the cookie once where it ended. Throws Problem, Unreachable. */
export async function wantSigned<T>(call: Call<T>, reach: Reach = overTheNetwork): Promise<T> {
  return wanted(await askSigned(call, reach))
}

/** The same, with every outcome as a value. */
export async function askSigned<T>(call: Call<T>, reach: Reach = overTheNetwork, personId = local.value?.personId): Promise<Reply<T>> {
  const first = await askAs(personId, call, reach)
  if (first === 'unreachable' || first.status !== 401) return first
  return (await renew(reach)) ? askAs(personId, call, reach) : first
}

/**
 * Takes the keys and what they opened from the phone. What needs a network may fail, and what is begun while it is
 * waited for stays. Throws NotYetSent while anything is neither sent nor in a saved export.
 */
export async function signOut(reach: Reach = overTheNetwork): Promise<void> {
  const from = local.value
  if (from) {
    await requireNothingLeft()
    await sendLinks(from, reach)
    if (local.value === from) await inChainOrder(from, () => forgetPerson(from)) // else the answer was that this phone is revoked
  }
  session.value = null
  needsPassword.value = false
  announce()
  void endOutside(reach) // nobody waits for it: what a dead network leaves is ended at the next chance
}

/** Those that do not go in a few seconds go at the next sign-in. */
async function sendLinks(from: Local, reach: Reach): Promise<void> {
  const { sendSeals } = await import('./outbox/seals') // not before the first screen: few sign out
  const ending = new AbortController()
  const timer = setTimeout(() => ending.abort(), A_MOMENT)
  await sendSeals({ from, anew: false, now: Date.now, ask: call => askSigned({ ...call, signal: ending.signal }, reach, from.personId) })
  clearTimeout(timer)
}

async function endOutside(reach: Reach): Promise<void> {
  const { forgetPush } = await import('./pushed')
  await forgetPush()
  await endLeftover(reach)
}

async function requireNothingLeft(): Promise<void> {
  const { isAllExported, unsent } = await import('./outbox/unsent')
  const left = await unsent()
  if (left.drafts + left.records + left.files > 0 && !(await isAllExported())) throw new NotYetSent(left)
}

/** The device's key stays where it is not revoked: the same phone at the next sign-in, its chain goes on. */
async function forgetPerson(from: Local): Promise<void> {
  await requireNothingLeft() // nothing new can be begun from here on: all that counts is forged in this order
  await rememberChain(from)
  await keepFact(ENDING, true) // offline, the cookie is ended at the next chance
  await keepFact(CURRENT, null)
  await forgetLocal(from)
}

/** Ends a cookie that a sign-out without network left behind. */
export async function endLeftover(reach: Reach = overTheNetwork): Promise<void> {
  if (await fact<boolean>(ENDING)) await inTurn(LOCK, async () => { if (await fact<boolean>(ENDING)) await endCookie(reach) })
}

/** Calls back when another tab signed in or out: what this tab shows may be somebody else's. Call the result to stop. */
export function onOtherTab(changed: () => void): () => void {
  if (typeof BroadcastChannel === 'undefined') return () => {}
  const channel = new BroadcastChannel(LOCK)
  channel.onmessage = ({ data }) => { if (data !== thisPage) changed() }
  return () => channel.close()
}

async function adopt(fresh: Session): Promise<void> {
  const opened = await openLocal(fresh.person.id)
  await recallLinks(opened)
  await keptIfRoom(keepPersonalFact('session', fresh, opened)) // of a renewal the one before is there
  if ((await fact(CURRENT)) !== fresh.person.id) await keepFact(CURRENT, fresh.person.id)
  session.value = fresh
  needsPassword.value = false
}

const RECOVERY_KEY = get(at('/api/session/recovery-key'))

/** Inside a sign-in, which holds the lock that other calls wait for. */
async function recoveryKey(reach: Reach): Promise<string> {
  return (await want(reach, RECOVERY_KEY)).key
}

async function renewed(device: Device, reach: Reach): Promise<Session | null | 'unreachable' | 'revoked'> {
  const asked = await ask(reach, post(at('/api/session/nonces'), { device_id: device.id }))
  if (asked === 'unreachable' || asked.status >= 500 || asked.status === 429) return 'unreachable'
  const nonce = asked.body?.nonce
  if (!nonce) return asked.problem ? null : 'unreachable'
  const signature = await device.sign(`fieldapp session renewal\n${nonce}`)
  const reply = await ask(reach, post(at('/api/session/renewals'), { device_id: device.id, nonce, signature }))
  if (reply === 'unreachable' || reply.status >= 500 || reply.status === 429) return 'unreachable'
  if (reply.status < 300 && reply.body) return reply.body
  if (reply.problem?.problem === 'PhoneRevoked') return 'revoked'
  return reply.problem ? null : 'unreachable'
}

/** One person's parcels never travel under another's cookie, whatever other tabs do meanwhile. */
function askAs<T>(personId: string | undefined, call: Call<T>, reach: Reach): Promise<Reply<T>> {
  return together(LOCK, async () => {
    if (!personId || (await fact<string>(CURRENT)) !== personId) {
      throw new Trouble('OtherPerson', '另一个标签页已换人登录，请刷新本页。', 'Somebody else signed in in another tab; reload this page.')
    }
    const reply = await ask(reach, call)
    if (reply !== 'unreachable' && reply.status < 400) await heardServer()
    return reply
  })
}

async function endCookie(reach: Reach): Promise<void> {
  const reply = await ask(reach, remove(at('/api/session')))
  if (reply !== 'unreachable' && (reply.status < 300 || reply.status === 401)) await keepFact(ENDING, false)
}

function announce(): void {
  if (typeof BroadcastChannel === 'undefined') return
  const channel = new BroadcastChannel(LOCK)
  channel.postMessage(thisPage)
  channel.close()
}

