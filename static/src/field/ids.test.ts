import { expect, it } from 'vitest'
import { newId } from './ids'

it('says when it was made, and that it is a version 7 id', () => {
  expect(newId(0x0123_4567_89ab)).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

it('sorts by time and never comes twice', () => {
  const ids = Array.from({ length: 1000 }, (_, n) => newId(1_790_000_000_000 + n))
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(Array.from({ length: 1000 }, () => newId(1))).size).toBe(1000)
})
