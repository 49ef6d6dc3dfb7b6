import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope, ref, type EffectScope } from 'vue'
import { useLens } from './lens'

class Track extends EventTarget {
  readyState = 'live'
  muted = false
  stop() { this.readyState = 'ended' }
}

let tracks: Track[]
let page: EffectScope
let lens: ReturnType<typeof useLens>

beforeEach(async () => {
  tracks = []
  vi.spyOn(console, 'warn').mockImplementation(() => {}) // a lens without its component
  Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: { getUserMedia: () => {
    const track = new Track()
    tracks.push(track)
    return Promise.resolve({ getTracks: () => [track], getVideoTracks: () => [track] })
  } } })
  page = effectScope()
  lens = page.run(() => useLens(ref()))!
  await lens.start()
})

afterEach(() => {
  page.stop()
  vi.restoreAllMocks()
  Reflect.deleteProperty(navigator, 'mediaDevices')
})

it('says that the phone took the camera back, and opens it again when asked', async () => {
  expect(lens.state.value).toBe('ready')
  tracks[0]!.readyState = 'ended'
  tracks[0]!.dispatchEvent(new Event('ended'))
  expect(lens.state.value).toBe('ended')
  await lens.start()
  expect(lens.state.value).toBe('ready')
})

it('never takes the picture that was left on screen for one of now', async () => {
  tracks[0]!.muted = true
  await expect(lens.photo()).rejects.toMatchObject({ code: 'CameraEnded' })
  tracks[0]!.muted = false
  tracks[0]!.readyState = 'ended'
  await expect(lens.photo()).rejects.toMatchObject({ code: 'CameraEnded' })
})
