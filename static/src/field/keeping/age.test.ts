import { expect, it } from 'vitest'
import { daysUnsent, warningOf } from './age'

const NOW = Date.parse('2026-11-20T08:00:00Z')
const visit = (id: string, state: string, day: string) => ({ id, state, startedAt: `2026-11-${day}T07:00:00Z` })

it('counts from the oldest visit that is only on this phone', () => {
  const visits = [visit('a', 'done', '01'), visit('b', 'queued', '10'), visit('c', 'draft', '17'), visit('d', 'queued', '16')]
  expect(daysUnsent(visits, new Set(['b']), NOW)).toBe(4)
  expect(daysUnsent([visits[0]!], new Set(), NOW)).toBe(0)
})

it.each([
  [2, null, null], [3, null, 'old'], [4, 5e9, 'old'], [5, null, 'very_old'], [0, 1e9, 'room'], [9, 1e9, 'very_old'],
])('after %i days with %s bytes left it says %s', (days, left, word) => {
  expect(warningOf(days, left)?.word ?? null).toBe(word)
})
