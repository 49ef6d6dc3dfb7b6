/** Who is signed in at this desk, and what they may do. */
import { computed, ref } from 'vue'
import { at, call, signWith, type Schema } from '../shared/api/client'
import { Problem } from '../shared/api/problem'
import { keyOf, signed, type SigningKey } from './acts'

export type Session = Schema<'Session'>

export const session = ref<Session | null>(null)
export const isAuthority = computed(() => session.value?.organisation.kind !== 'insurer' && may('evidence.judge_admissibility'))

/** Whether the person may do this, in this scheme or in any. */
export function may(act: string, scheme?: string): boolean {
  return session.value?.acts.some((a) => a.act === act && (scheme === undefined || a.scheme === scheme)) ?? false
}

/** Asks the server once who this is; null when nobody is signed in. */
export async function openSession(): Promise<Session | null> {
  if (session.value) return session.value
  try {
    await adopt(await call(at('/api/session')))
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error
  }
  return session.value
}

/** Enrols this browser's key of the person with the password, so that what they decide can be signed. */
export async function signIn(sign_in_name: string, password: string): Promise<void> {
  const enter = (key: SigningKey | null) => call(at('/api/session'), { method: 'POST', body: { sign_in_name, password, ...enrolling(key) } })
  try {
    await adopt(await enter(await keyOf(sign_in_name)))
  } catch (error) {
    // Revoked, or known to the server as another's: this browser starts again with a new key.
    if (!(error instanceof Problem) || !error.body.where?.startsWith('/device')) throw error
    await adopt(await enter(await keyOf(sign_in_name, true)))
  }
}

function enrolling(key: SigningKey | null) {
  return key ? { device: { id: key.id, public_key: key.publicKey, name: '管理台' } } : {}
}

async function adopt(fresh: Session): Promise<void> {
  const key = fresh.device_id ? await keyOf(fresh.person.sign_in_name) : null
  const own = key && key.id === fresh.device_id ? key : null
  signWith(own && ((asked) => signed(asked, own, fresh.person.id)))
  session.value = fresh
}

/** Sets one's own password, by the old or a one-time one, and signs in with it: with this browser's key, or nothing could be decided. */
export async function setPassword(sign_in_name: string, password: string, new_password: string): Promise<void> {
  await call(at('/api/session/password'), { method: 'PUT', body: { sign_in_name, password, new_password } })
  await signIn(sign_in_name, new_password)
}

const parting = new Set<() => Promise<unknown>>()

/** What must still reach the server in the person's name; call the result when it no longer need. */
export function beforeSignOut(deed: () => Promise<unknown>): () => void {
  parting.add(deed)
  return () => void parting.delete(deed)
}

export async function signOut(): Promise<void> {
  await Promise.all([...parting].map((deed) => deed()))
  await call(at('/api/session'), { method: 'DELETE' })
  signWith(null)
  session.value = null
}
