import { expect, it, vi } from 'vitest'
import { better, currentFix, fix, watchPosition } from './position'
import type { Fix } from './types'

const at = (seconds: number, accuracy_m: number): Fix => ({
  lon: 120, lat: 30, datum: 'WGS-84', accuracy_m, age_s: 0, at: new Date(1_790_000_000_000 + seconds * 1000).toISOString(),
})

it.each<[string, Fix | null, Fix, number]>([
  ['the first one', null, at(0, 500), 500],
  ['a sharper one', at(0, 50), at(1, 8), 8],
  ['the sharper one that is still fresh', at(0, 8), at(10, 60), 8],
  ['the newer one once the sharp one is old', at(0, 8), at(31, 60), 60],
])('takes %s', (_, known, fresh, accuracy) => {
  expect(better(known, fresh).accuracy_m).toBe(accuracy)
})

it('says how old the fix is', () => {
  fix.value = at(0, 8)
  expect(currentFix(1_790_000_004_240)).toMatchObject({ accuracy_m: 8, age_s: 4.2 })
  fix.value = null
  expect(currentFix()).toBeNull()
})

it('is asked for anew where the phone stands still and the watch says nothing', () => {
  vi.useFakeTimers({ now: 1_790_000_000_000 })
  const here = () => ({ coords: { longitude: 120, latitude: 30, accuracy: 8 }, timestamp: Date.now() }) as GeolocationPosition
  vi.stubGlobal('navigator', { geolocation: {
    watchPosition: (found: PositionCallback) => { found(here()); return 1 },
    getCurrentPosition: (found: PositionCallback) => found(here()),
    clearWatch: () => {},
  } })
  const stop = watchPosition()
  vi.advanceTimersByTime(180_000)
  expect(currentFix()!.age_s).toBeLessThan(60)
  stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})
