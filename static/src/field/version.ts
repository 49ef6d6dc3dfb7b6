/** A new version of the app waits until nobody is in the middle of anything. */
import { ref } from 'vue'
import { anyDraftOpen } from './local/drafts'
import { running } from './outbox/progress'

/** A new version lies on the phone and is not at work yet. */
export const newVersion = ref(false)

let waiting: ServiceWorker | null = null

export async function watchForNewVersion(): Promise<void> {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return
  const registration = await navigator.serviceWorker.register('/field/sw.js', { scope: '/field/' }).catch(() => null)
  if (!registration) return // the app works without; it only cannot open cold offline
  const noticed = () => {
    waiting = navigator.serviceWorker.controller ? registration.waiting : null
    newVersion.value = waiting !== null
  }
  const follow = () => registration.installing?.addEventListener('statechange', noticed)
  noticed()
  follow() // the load itself may have found one before we listened
  registration.addEventListener('updatefound', follow)
}

/** Why the new version cannot be taken now; null where it can. */
export function whyWait(): 'draft' | 'upload' | null {
  if (anyDraftOpen()) return 'draft'
  return running.running ? 'upload' : null
}

export function takeNewVersion(): void {
  if (!waiting || whyWait()) return
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waiting.postMessage('take-over')
}
