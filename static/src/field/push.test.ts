import { beforeEach, describe, expect, it } from 'vitest'
import { fromText, toText } from '../shared/base64url'
import { signedInPhone } from './phone.testing'
import { keepTold, pushState, turnOff, turnOn } from './push'
import { forgetPush, type PushBrowser } from './pushed'
import type { Reach } from './wire'

const KEY = toText(new Uint8Array(65).fill(4).buffer)

/** A browser and a push service, as far as push goes. */
class Phone implements PushBrowser {
  allowed: NotificationPermission = 'default'
  answer: NotificationPermission = 'granted'
  knowsPush = true
  iphoneTab = false
  reachesService = true
  own: { key: string } | null = null

  manager() {
    const getSubscription = () => Promise.resolve(this.own && this.subscription(this.own.key))
    const subscribe = ({ applicationServerKey }: { applicationServerKey: Uint8Array<ArrayBuffer> }) => {
      if (!this.reachesService) return Promise.reject(new DOMException('push service error', 'AbortError'))
      this.own = { key: toText(applicationServerKey.buffer) }
      return getSubscription()
    }
    return Promise.resolve(this.knowsPush ? ({ getSubscription, subscribe } as unknown as PushManager) : null)
  }

  permission() { return this.allowed }
  ask() { return Promise.resolve(this.allowed = this.allowed === 'default' ? this.answer : this.allowed) }
  installable() { return this.iphoneTab }

  private subscription(key: string) {
    return {
      options: { applicationServerKey: fromText(key).buffer },
      toJSON: () => ({ endpoint: 'https://push.example/one', keys: { p256dh: 'p', auth: 'a' } }),
      unsubscribe: () => { this.own = null; return Promise.resolve(true) },
    }
  }
}

let phone: Phone
/** What the server holds. */
let key: string | null
let kept: Record<string, string> | null
let asked: string[]

const reach: Reach = (path, { method, body }) => {
  asked.push(`${method} ${path}`)
  if (method === 'PUT') kept = JSON.parse(body as string) as Record<string, string>
  if (method === 'DELETE') kept = null
  return Promise.resolve(Response.json({ public_key: key, subscribed: kept !== null }))
}
const state = () => pushState(reach, phone)

beforeEach(async () => {
  await signedInPhone()
  ;[phone, key, kept, asked] = [new Phone(), KEY, null, []]
})

describe('being told of tasks', () => {
  it('is off until somebody taps, and on from then', async () => {
    expect(await state()).toBe('off')
    expect(phone.allowed).toBe('default')
    await turnOn(reach, phone)
    expect(await state()).toBe('on')
    expect(kept).toEqual({ endpoint: 'https://push.example/one', p256dh: 'p', auth: 'a', language: 'zh' })
    await turnOff(reach, phone)
    expect([await state(), kept, phone.own]).toEqual(['off', null, null])
  })

  it('is not offered where the installation sends none', async () => {
    key = null
    expect(await state()).toBe('absent')
  })

  it.each([[true, 'install'], [false, 'unable']] as const)('says what to do where the browser knows no push (iPhone: %s)', async (iphoneTab, word) => {
    Object.assign(phone, { knowsPush: false, iphoneTab })
    expect(await state()).toBe(word)
  })

  it('says so where the person or the browser said no, and tells the server nothing', async () => {
    phone.answer = 'denied'
    await expect(turnOn(reach, phone)).rejects.toMatchObject({ code: 'DeniedPush' })
    expect([await state(), kept]).toEqual(['denied', null])
  })

  it('says so where the browser cannot reach its push service', async () => {
    phone.reachesService = false
    await expect(turnOn(reach, phone)).rejects.toMatchObject({ code: 'NoPushService' })
    expect([await state(), kept]).toEqual(['off', null])
  })

  it('is put right at a start where the server forgot this phone or has another key', async () => {
    await turnOn(reach, phone)
    kept = null
    await keepTold(reach, phone)
    expect([await state(), kept !== null]).toEqual(['on', true])

    key = toText(new Uint8Array(65).fill(5).buffer)
    expect(await state()).toBe('off')
    await keepTold(reach, phone)
    expect([await state(), phone.own]).toEqual(['on', { key }])
  })

  it('asks nobody at a start where nobody wanted it', async () => {
    await keepTold(reach, phone)
    expect([asked, phone.allowed]).toEqual([[], 'default'])
  })

  it('ends on the phone when somebody signs out', async () => {
    await turnOn(reach, phone)
    await forgetPush(phone)
    expect([phone.own, await state()]).toEqual([null, 'off'])
  })
})
