import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useSure } from './sure'

beforeEach(() => void vi.useFakeTimers({ now: Date.now() + 3600_000 }))
afterEach(() => void vi.useRealTimers())

const { asked, sure } = useSure<'remove' | 'again'>()

/** After so many milliseconds. */
function tap(what: 'remove' | 'again', ms = 1000): boolean {
  vi.advanceTimersByTime(ms)
  return sure(what)
}

it('asks once, and does what is tapped again', () => {
  expect([tap('remove'), asked.value, tap('remove'), asked.value]).toEqual([false, 'remove', true, null])
})

it('takes the double tap of a glove, and a tap on something else, for no yes', () => {
  expect([tap('remove'), tap('remove', 200), tap('again'), tap('remove')]).toEqual([false, false, false, false])
  expect(tap('remove')).toBe(true)
})
