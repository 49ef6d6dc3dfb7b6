import { expect, it } from 'vitest'
import { better, currentFix, fix } from './position'
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
