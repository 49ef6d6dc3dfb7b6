import { expect, it } from 'vitest'
import { delayAfter, failuresAfter } from './pacing'
import type { Ended } from './runner'

const ended = (outcome: Ended['outcome'], retryAfterMs: number | null = null, moved = false): Ended => ({ outcome, reached: true, moved, retryAfterMs })

it('waits longer after each failure, but never longer than ten minutes and a half', () => {
  const delays = [1, 2, 3, 6, 30].map(failures => delayAfter(ended('later'), failures, 0.5))
  expect(delays).toEqual([4000, 8000, 16_000, 128_000, 600_000])
})

it('does not bring all phones back at the same moment', () => {
  expect(delayAfter(ended('later'), 1, 0)).toBe(3000)
  expect(delayAfter(ended('later'), 1, 1)).toBe(5000)
})

it('waits as long as the server asks', () => {
  expect(delayAfter(ended('later', 90_000), 1, 0.5)).toBe(90_000)
})

it('waits an hour for nobody who asks for more', () => {
  expect(delayAfter(ended('later', 40 * 86_400_000), 1, 0.5)).toBe(3600_000)
})

it('asks for a receipt soon, then less often', () => {
  expect(delayAfter(ended('checking'), 1, 0.5)).toBe(1500)
  expect(delayAfter(ended('checking'), 20, 0.5)).toBe(60_000)
})

it('begins the count anew when something arrived: of a thousand photos some always fail on a weak network', () => {
  expect([failuresAfter(ended('later'), 3), failuresAfter(ended('later', null, true), 7), failuresAfter(ended('settled'), 7)]).toEqual([4, 1, 0])
})
