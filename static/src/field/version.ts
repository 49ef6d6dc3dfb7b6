/** A new version of the app waits until nobody is in the middle of anything. */
import { ref } from 'vue'
import { anyDraftOpen } from './local/drafts'
import { anyUnderWay } from './local/underWay'
import { anyHeld } from './locks'
import { running } from './outbox/progress'

/** A new version lies on the phone and is not at work yet. */
export const newVersion = ref(false)

let waiting: ServiceWorker | null = null

/** What must not be cut off, by the locks that its tab holds. */
const BUSY = /^fieldapp-(draft|film|keeping|incoming|outbox)-/

const LOOK_EVERY = 3600_000
/** Whoever goes to and fro between two apps does not ask at each return. */
const LOOK_AGAIN_AFTER = 10 * 60_000

export async function watchForNewVersion(): Promise<void> {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return
  let found = await registered()
  keepLooking(async () => {
    if (found) await found.update()
    else found = await registered()
  })
}

/** null: the app works without; it only cannot open cold offline. */
async function registered(): Promise<ServiceWorkerRegistration | null> {
  const registration = await navigator.serviceWorker.register('/field/sw.js', { scope: '/field/' }).catch(() => null)
  if (!registration) return null
  const noticed = () => {
    waiting = navigator.serviceWorker.controller ? registration.waiting : null
    newVersion.value = waiting !== null
  }
  const follow = () => registration.installing?.addEventListener('statechange', noticed)
  noticed()
  follow() // the load itself may have found one before we listened
  registration.addEventListener('updatefound', follow)
  return registration
}

/** For an app that is never closed. What is found only waits on the phone: nobody at work is asked anything. */
function keepLooking(look: () => Promise<unknown>): void {
  let lookedAt = Date.now()
  const lookAfter = (ms: number) => {
    if (Math.abs(Date.now() - lookedAt) < ms) return
    lookedAt = Date.now()
    look().catch(() => {}) // no network: the next look will do
  }
  setInterval(() => lookAfter(LOOK_AGAIN_AFTER), LOOK_EVERY)
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') lookAfter(LOOK_AGAIN_AFTER) })
}

/** Why the new version cannot be taken now; null where it can. `elsewhere`: another tab is in the middle of something. */
export async function whyWait(): Promise<'draft' | 'upload' | 'elsewhere' | null> {
  if (anyDraftOpen() || anyUnderWay()) return 'draft'
  if (running.running) return 'upload'
  return (await anyHeld(BUSY)) ? 'elsewhere' : null
}

/** Takes it, or says why not. */
export async function takeNewVersion(): ReturnType<typeof whyWait> {
  const why = await whyWait()
  if (!waiting || why) return why
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waiting.postMessage('take-over')
  return null
}
