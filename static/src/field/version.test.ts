/** The browser's locks are Node's own; the service worker is a stand-in that notes what it is asked. */
import { signedInPhone, visitWith } from './phone.testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { closeDraft } from './local/drafts'
import { waitedFor } from './local/underWay'
import { takeNewVersion, watchForNewVersion, whyWait } from './version'

const HOUR = 3600_000

/** Another tab of the phone: its locks are all that this one sees of it. Call the result when it is done. */
function tabHolding(name: string): Promise<() => void> {
  return new Promise(held => void navigator.locks.request(name, () => new Promise<void>(release => held(release))))
}

describe('a new version', () => {
  it.each([
    'fieldapp-draft-v1', 'fieldapp-film-f1', 'fieldapp-keeping-v1', 'fieldapp-incoming-p1', 'fieldapp-outbox-p1',
  ])('waits while another tab holds %s, and no longer', async (name) => {
    const release = await tabHolding(name)
    expect(await whyWait()).toBe('elsewhere')
    release()
    await vi.waitFor(async () => expect(await whyWait()).toBeNull())
  })

  it('waits for a visit, and for a photo whose shutter is still open', async () => {
    const { draft } = await visitWith(await signedInPhone(), [])
    expect(await whyWait()).toBe('draft')
    let shut = () => {}
    void waitedFor(draft.id, new Promise<void>((resolve) => { shut = resolve }))
    await closeDraft(draft.id)
    expect(await whyWait()).toBe('draft')
    shut()
    await vi.waitFor(async () => expect(await whyWait()).toBeNull())
  })
})

describe('an app that is never closed', () => {
  const worker = { state: 'installed', postMessage: vi.fn() }
  const registration = Object.assign(new EventTarget(), { installing: null, waiting: worker, update: vi.fn(() => Promise.resolve()) })
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  const register = vi.fn(() => Promise.resolve(registration))

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
    vi.stubEnv('DEV', false)
    vi.stubGlobal('document', page)
    Object.defineProperty(navigator, 'serviceWorker', { configurable: true, value: Object.assign(new EventTarget(), { controller: {}, register }) })
    vi.clearAllMocks()
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllEnvs()
    vi.unstubAllGlobals()
    Reflect.deleteProperty(navigator, 'serviceWorker')
  })

  const cameBack = () => page.dispatchEvent(new Event('visibilitychange'))

  it('looks for a new version every hour and on return to it, but not at each return', async () => {
    await watchForNewVersion()
    cameBack()
    expect(registration.update).not.toHaveBeenCalled()
    vi.advanceTimersByTime(HOUR)
    expect(registration.update).toHaveBeenCalledTimes(1)
    cameBack()
    vi.setSystemTime(Date.now() + 11 * 60_000)
    cameBack()
    cameBack()
    expect(registration.update).toHaveBeenCalledTimes(2)
    vi.advanceTimersByTime(HOUR)
    expect(registration.update).toHaveBeenCalledTimes(3)
  })

  it('takes no fault of the network for one of its own, and registers later what it could not', async () => {
    register.mockRejectedValueOnce(new TypeError('offline'))
    await watchForNewVersion()
    await vi.advanceTimersByTimeAsync(HOUR)
    expect(register).toHaveBeenCalledTimes(2)
    registration.update.mockRejectedValueOnce(new TypeError('offline'))
    await vi.advanceTimersByTimeAsync(2 * HOUR)
    expect(registration.update).toHaveBeenCalledTimes(2)
  })

  it('takes it when nobody is at anything, and not before', async () => {
    await watchForNewVersion()
    const release = await tabHolding('fieldapp-draft-v2')
    expect(await takeNewVersion()).toBe('elsewhere')
    expect(worker.postMessage).not.toHaveBeenCalled()
    release()
    await vi.waitFor(async () => expect(await takeNewVersion()).toBeNull())
    expect(worker.postMessage).toHaveBeenCalledWith('take-over')
  })
})
