import { describe, expect, it } from 'vitest'
import { due, hold, photosOf, secondsLeft, undo, UNDO_MS, type Held } from './undo'

const given = (evidence: string, since: number, outcome: 'accepted' | 'rejected' = 'accepted'): Held => ({
  evidence,
  visit: 'v',
  judgement: { outcome },
  since,
})

describe('a verdict that may still be taken back', () => {
  it('is sent once its ten seconds are over, and not before', () => {
    const held = hold([], given('a', 1000))
    expect(due(held, 1000 + UNDO_MS - 1)).toEqual([])
    expect(due(held, 1000 + UNDO_MS)).toHaveLength(1)
  })

  it('takes the place of an unsent one of the same photo', () => {
    const held = hold(hold([], given('a', 0)), given('a', 5, 'rejected'))
    expect(held).toHaveLength(1)
    expect(held[0]?.judgement.outcome).toBe('rejected')
  })

  it('is taken back latest first, also where an older photo was judged anew', () => {
    const held = hold(hold(hold([], given('a', 0)), given('b', 1)), given('a', 2))
    const first = undo(held)
    expect(first.taken?.evidence).toBe('a')
    expect(undo(first.left).taken?.evidence).toBe('b')
    expect(undo([]).taken).toBeNull()
  })

  it('says how many seconds are left, rounded up', () => {
    const held = hold([], given('a', 0))
    expect(secondsLeft(held, 0)).toBe(10)
    expect(secondsLeft(held, 9001)).toBe(1)
    expect(secondsLeft(held, 20_000)).toBe(0)
    expect(secondsLeft([], 0)).toBe(0)
  })

  it('is about one photo, or about all of a sheet that goes and comes back as one', () => {
    const sheet: Held = { ...given('sheet:s', 0), sheet: { id: 's', photos: ['a', 'b'] } }
    const held = hold(hold([], given('c', 0)), sheet)
    expect(held.flatMap(photosOf)).toEqual(['c', 'a', 'b'])
    expect(undo(held).left.flatMap(photosOf)).toEqual(['c'])
  })
})
