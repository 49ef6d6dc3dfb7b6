/** Being told of tasks while the app is closed, where the browser can do it. Asked for by a tap alone. */
import { fromText, toText } from '../shared/base64url'
import { language } from '../shared/i18n'
import { at, type Schema } from '../shared/api/describing'
import { Trouble } from './trouble'
import { forgetPush, thisBrowser } from './pushed'
import { wantSigned } from './session'
import { get, put, remove, overTheNetwork, type Reach } from './wire'

/** absent: the installation sends none · install: an iPhone tells installed apps alone · unable: not this browser · denied: its settings say no. */
export type PushState = 'absent' | 'install' | 'unable' | 'denied' | 'off' | 'on'

/** What the service worker says when a notification was tapped. */
export type Tapped = 'show-today'

const REFUSED = {
  denied: ['DeniedPush', '通知没有被允许，提醒没有打开。', 'Notifications were not allowed, so this stays off.'],
  unreachable: ['NoPushService', '手机连不上浏览器的推送服务，提醒没有打开。可换个网络再试；短信等提醒照常。', 'The phone cannot reach its browser\'s push service. Try another network; other messages come as ever.'],
} as const

export async function pushState(reach: Reach = overTheNetwork, browser = thisBrowser): Promise<PushState> {
  const { public_key: key, subscribed } = await wantSigned(get(at('/api/push')), reach)
  if (key === null) return 'absent'
  const manager = await browser.manager()
  if (!manager) return browser.installable() ? 'install' : 'unable'
  if (browser.permission() === 'denied') return 'denied'
  const own = await manager.getSubscription()
  return own && subscribed && browser.permission() === 'granted' && isFor(key, own) ? 'on' : 'off'
}

/** To be called from a tap. Throws Trouble: DeniedPush, NoPushService; Problem, Unreachable. */
export async function turnOn(reach: Reach = overTheNetwork, browser = thisBrowser): Promise<void> {
  // First of all: a browser wants the tap to be a moment ago.
  if ((await browser.ask()) !== 'granted') throw new Trouble(...REFUSED.denied)
  const { public_key: key } = await wantSigned(get(at('/api/push')), reach)
  const manager = await browser.manager()
  if (!manager || !key) throw new Trouble(...REFUSED.unreachable)
  await tell(await subscriptionFor(key, manager), reach)
}

export async function turnOff(reach: Reach = overTheNetwork, browser = thisBrowser): Promise<void> {
  await wantSigned(remove(at('/api/push/subscription')), reach)
  await forgetPush(browser)
}

/** At a start: what the server or the browser changed meanwhile is put right where this phone was told before. */
export async function keepTold(reach: Reach = overTheNetwork, browser = thisBrowser): Promise<void> {
  const manager = await browser.manager()
  if (browser.permission() !== 'granted' || !(await manager?.getSubscription())) return
  try {
    if ((await pushState(reach, browser)) === 'off') await turnOn(reach, browser)
  } catch {
    // Without a network nothing changes: the next start tries again, and the switch shows what is true.
  }
}

export function onTapped(show: () => void): void {
  if (!('serviceWorker' in navigator)) return
  navigator.serviceWorker.addEventListener('message', ({ data }) => { if (data === ('show-today' satisfies Tapped)) show() })
}

async function subscriptionFor(key: string, manager: PushManager): Promise<PushSubscription> {
  const own = await manager.getSubscription()
  if (own && isFor(key, own)) return own
  await own?.unsubscribe() // made for a key that the server has no more
  try {
    return await manager.subscribe({ userVisibleOnly: true, applicationServerKey: fromText(key) })
  } catch (error) {
    const [code, zh, en] = REFUSED.unreachable
    throw new Trouble(code, zh, en, { cause: error })
  }
}

async function tell(own: PushSubscription, reach: Reach): Promise<void> {
  const { endpoint, keys } = own.toJSON() as { endpoint: string; keys: Record<'p256dh' | 'auth', string> }
  const said: Schema<'PushSubscription'> = { endpoint, p256dh: keys.p256dh, auth: keys.auth, language: language.value }
  await wantSigned(put(at('/api/push/subscription'), said), reach)
}

/** Some browsers do not say which key it was made for: then it is taken for ours. */
function isFor(key: string, { options }: PushSubscription): boolean {
  return !options?.applicationServerKey || toText(options.applicationServerKey) === key
}
