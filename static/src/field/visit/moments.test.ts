import { expect, it } from 'vitest'
import { instantOf, threeDaysOn, wallClock } from './moments'

it('shows Shanghai time', () => expect(wallClock('2026-11-20T16:30:00.000Z')).toBe('2026-11-21T00:30'))
it('reads it back', () => expect(instantOf('2026-11-21T00:30')).toBe('2026-11-20T16:30:00.000Z'))
it.each(['', '2026-11', '2026-11-21Tab:00'])('a half-filled field %o is no moment', wall => expect(instantOf(wall)).toBeNull())
it('begins three days on at six in the evening', () => {
  expect(threeDaysOn(Date.parse('2026-11-20T20:00:00Z'))).toBe('2026-11-24T10:00:00.000Z')
})
