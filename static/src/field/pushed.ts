/** What the browser itself knows of push messages; who signs out needs no more of it. */

/** Of the browser, so much as is needed. */
export interface PushBrowser {
  /** null where it knows no push. */
  manager(): Promise<PushManager | null>
  permission(): NotificationPermission
  ask(): Promise<NotificationPermission>
  /** An iPhone's tab, which could be installed. */
  installable(): boolean
}

export const thisBrowser: PushBrowser = {
  async manager() {
    if (!('serviceWorker' in navigator) || !('PushManager' in globalThis) || !('Notification' in globalThis)) return null
    return (await navigator.serviceWorker.getRegistration('/field/'))?.pushManager ?? null
  },
  permission: () => ('Notification' in globalThis ? Notification.permission : 'denied'),
  ask: () => Notification.requestPermission(),
  installable: () => /iPhone|iPad/.test(navigator.userAgent) && !matchMedia('(display-mode: standalone)').matches,
}

/** On the phone alone; its service then tells the server that it is gone. */
export async function forgetPush(browser = thisBrowser): Promise<void> {
  const own = await (await browser.manager())?.getSubscription()
  await own?.unsubscribe().catch(() => false) // offline: the server forgets this phone with its session
}
