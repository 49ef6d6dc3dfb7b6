/// <reference lib="webworker" />
/** Keeps the whole build on the phone, so that the app opens cold without a network. */
import { createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import type { Tapped } from './push'
import { NavigationRoute, registerRoute } from 'workbox-routing'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: Array<{ url: string; revision: string | null }> }

precacheAndRoute(self.__WB_MANIFEST)
registerRoute(new NavigationRoute(createHandlerBoundToURL('index.html')))

// A push must always show something, or the browser takes the permission back; what it says names nobody.
self.addEventListener('push', event => event.waitUntil(showNews(event.data)))

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(showToday())
})

// The page that installed it was loaded without it: from now on its later parts come from here too, with or without a network.
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()))

// A new version waits until the app says that no draft, camera or upload is open.
self.addEventListener('message', (event) => {
  if (event.data === 'take-over') void self.skipWaiting()
})

async function showNews(data: PushMessageData | null): Promise<void> {
  const { id, text, urgent } = newsIn(data)
  await self.registration.showNotification('现场勘查', { body: text, tag: id, requireInteraction: urgent, icon: '/field/icons/icon-192.png' })
}

function newsIn(data: PushMessageData | null): { id: string; text: string; urgent: boolean } {
  try {
    return data!.json() as { id: string; text: string; urgent: boolean }
  } catch {
    return { id: 'news', text: '您的任务有新消息，请打开查看。', urgent: false }
  }
}

/** The open app is told instead of loaded anew: a camera may be running in it. */
async function showToday(): Promise<void> {
  const [open] = (await self.clients.matchAll({ type: 'window', includeUncontrolled: true })).filter(({ url }) => new URL(url).pathname.startsWith('/field/'))
  if (!open) {
    await self.clients.openWindow('/field/')
    return
  }
  open.postMessage('show-today' satisfies Tapped)
  await open.focus()
}
