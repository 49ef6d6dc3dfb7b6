/** Who is signed in at this desk, and what they may do. */
import { computed, ref } from 'vue'
import { call } from '../shared/api/client'
import { Problem } from '../shared/api/problem'

export interface Session {
  person: { id: string; name: string; sign_in_name: string }
  organisation: { id: string; name: string; short_name: string; kind: string; level: string | null; area: string | null }
  roles: string[]
  acts: { act: string; scheme: string | null }[]
  server_time: string
}

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
    session.value = await call<Session>('/api/session')
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error
  }
  return session.value
}

export async function signIn(sign_in_name: string, password: string): Promise<void> {
  session.value = await call<Session>('/api/session', { method: 'POST', body: { sign_in_name, password } })
}

/** Sets one's own password, by the old or a one-time one, and signs in with it. */
export async function setPassword(sign_in_name: string, password: string, new_password: string): Promise<void> {
  session.value = await call<Session>('/api/session/password', { method: 'PUT', body: { sign_in_name, password, new_password } })
}

const parting = new Set<() => Promise<unknown>>()

/** What must still reach the server in the person's name; call the result when it no longer need. */
export function beforeSignOut(deed: () => Promise<unknown>): () => void {
  parting.add(deed)
  return () => void parting.delete(deed)
}

export async function signOut(): Promise<void> {
  await Promise.all([...parting].map((deed) => deed()))
  await call('/api/session', { method: 'DELETE' })
  session.value = null
}
