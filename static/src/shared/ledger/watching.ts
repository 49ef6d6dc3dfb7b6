/** Keeps watch over the server's log while an app is open: at its start, at each return of network or eyes, and in between. */
import { ref } from 'vue'
import type { Break } from './breaks'
import { isAlarm, look, type Alarm, type Memory } from './watch'

const MEMORY = 'fieldapp-log'
const ALARM = 'fieldapp-log-alarm'
const PAST = 'fieldapp-log-past'
const RESTORED = 'fieldapp-log-restored'
const EVERY_MS = 5 * 60_000
const LEAST_MS = 30_000

/** Shown by LogAlarm.vue until a person has it settled. */
export const alarm = ref<Alarm | null>(kept<Alarm>(ALARM))

/** A declared break that nobody has taken note of here; shown by LogAlarm.vue as a notice, not as an alarm. */
export const restored = ref<Break | null>(kept<Break>(RESTORED))

let lookedAt = -Infinity

/** Call the result to stop. */
export function keepWatch(): () => void {
  const now = () => void lookNow()
  const seen = () => document.visibilityState === 'visible' && now()
  now()
  const timer = setInterval(now, EVERY_MS)
  addEventListener('online', now)
  document.addEventListener('visibilitychange', seen)
  return () => {
    clearInterval(timer)
    removeEventListener('online', now)
    document.removeEventListener('visibilitychange', seen)
  }
}

/** The log was begun anew on purpose, and the authority confirmed it: what was seen before is kept aside. */
export function beginAnew(): void {
  const past = kept<unknown[]>(PAST) ?? []
  keep(PAST, [...past, alarm.value].slice(-5))
  localStorage.removeItem(MEMORY)
  localStorage.removeItem(ALARM)
  alarm.value = null
  lookedAt = -Infinity
  void lookNow()
}

/** The person has read that an older database was put back. */
export function takeNote(): void {
  localStorage.removeItem(RESTORED)
  restored.value = null
}

async function lookNow(): Promise<void> {
  if (performance.now() - lookedAt < LEAST_MS || !navigator.onLine) return
  lookedAt = performance.now()
  const found = await look(kept<Memory>(MEMORY), overTheNetwork, new Date().toISOString()).catch(unreachable)
  if (isAlarm(found)) {
    if (alarm.value) return // what was seen first is the proof
    keep(ALARM, found)
    alarm.value = found
  } else if (found && (!alarm.value || found.restored)) {
    // An alarm ends by itself only where a declaration explains what raised it.
    if (found.restored) note(found.restored)
    keep(MEMORY, { ...found, restored: undefined })
  }
}

function note(found: Break): void {
  keep(RESTORED, found)
  restored.value = found
  localStorage.removeItem(ALARM)
  alarm.value = null
}

/** No answer says nothing about the log. */
function unreachable(): null {
  return null
}

async function overTheNetwork(path: string): Promise<unknown> {
  const reply = await fetch(path, { cache: 'no-store', redirect: 'error' })
  const isJson = reply.headers.get('Content-Type')?.includes('json') ?? false
  const text = await reply.text() // also of a refusal: a body left unread holds its connection open
  if (reply.status === 404 && isJson) return null
  if (!reply.ok || !isJson) throw new Error(`no answer from ${path}`)
  return JSON.parse(text) as unknown
}

function kept<T>(name: string): T | null {
  const text = globalThis.localStorage?.getItem(name)
  return text ? (JSON.parse(text) as T) : null
}

function keep(name: string, value: unknown): void {
  localStorage.setItem(name, JSON.stringify(value))
}
