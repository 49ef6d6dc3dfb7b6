import { expect, it } from 'vitest'
import { apart, pairOf, type CourseStep, type StepPhoto } from './types'

const photo = (id: string, shot: string): StepPhoto => ({ id, shot, thumb_url: '', captured_at: '', verdict: null })
const step = (name: CourseStep['step'], photos: StepPhoto[] = []): CourseStep => ({ step: name, at: '', by: null, words: null, outcome: null, due_at: null, visit_id: null, photos })

it('sets the close-up of the finding beside the last look', () => {
  const found = step('found', [photo('far', 'far'), photo('near', 'near')])
  expect(pairOf([found])).toMatchObject({ then: { id: 'near' }, now: null })
  const looks = [step('re_inspection', [photo('first', 'before')]), step('re_inspection', [photo('second', 'after')]), step('closed')]
  expect(pairOf([found, ...looks]).now?.id).toBe('second')
})

it('shows both photos of what was put right on the spot', () => {
  const { then, now } = pairOf([step('found', [photo('b', 'before'), photo('a', 'after')])])
  expect([then?.id, now?.id]).toEqual(['b', 'a'])
})

it('counts whole days and hours to the deadline, or since it', () => {
  const now = Date.parse('2026-11-20T00:00:00Z')
  expect(apart('2026-11-22T05:30:00Z', now)).toEqual({ late: false, days: 2, hours: 5 })
  expect(apart('2026-11-19T23:00:00Z', now)).toEqual({ late: true, days: 0, hours: 1 })
})
