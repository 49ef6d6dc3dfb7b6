/// <reference lib="webworker" />
/** Keeps the whole build on the phone, so that the app opens cold without a network. */
import { createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: Array<{ url: string; revision: string | null }> }

precacheAndRoute(self.__WB_MANIFEST)
registerRoute(new NavigationRoute(createHandlerBoundToURL('index.html')))

// The page that installed it was loaded without it: from now on its later parts come from here too, with or without a network.
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()))

// A new version waits until the app says that no draft, camera or upload is open.
self.addEventListener('message', (event) => {
  if (event.data === 'take-over') void self.skipWaiting()
})
