import { expect, test } from 'vitest'
import { local } from './moment'

test("a file's time of another year says so, also about New Year in Shanghai", () => {
  expect(local('2026-11-23T17:44:56', '2026-11-23T09:44:56Z')).toBe('11-23 17:44:56')
  expect(local('2019-11-18T15:45:32', '2026-11-23T10:37:45Z')).toBe('2019-11-18 15:45:32')
  expect(local('2027-01-01T00:10:00', '2026-12-31T16:10:00Z')).toBe('01-01 00:10:00')
})
