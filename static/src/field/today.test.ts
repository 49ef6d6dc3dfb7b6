import { describe, expect, it } from 'vitest'
import './words'
import { zh } from './words.zh'
import { dueWords, goOnWord, screenOf, sectionsOf } from './today'
import { metres } from './distance'
import type { Task } from './types'

const task = (kind: Task['kind'], due_at: string) => ({ id: due_at, kind, due_at }) as Task
const NOON = Date.parse('2026-11-20T04:00:00Z')

it('puts what cannot wait first, and the sooner before the later', () => {
  const found = sectionsOf([
    task('monthly_check', '2026-11-30T15:59:00Z'), task('re_shoot', '2026-11-22T10:00:00Z'), task('re_shoot', '2026-11-21T10:00:00Z'),
  ])
  expect(found.map(({ kind, tasks }) => [kind, tasks.map(({ id }) => id.slice(8, 10))])).toEqual([['re_shoot', ['21', '22']], ['monthly_check', ['30']]])
})

it('puts a training of tomorrow before a check of next week, and an explanation before both', () => {
  const found = sectionsOf([
    task('monthly_check', '2026-11-27T10:00:00Z'), task('training', '2026-11-21T10:00:00Z'), task('explain', '2026-11-28T10:00:00Z'),
  ])
  expect(found.map(({ kind }) => kind)).toEqual(['explain', 'training', 'monthly_check'])
})

it('offers to go on with a form by filling it in, and to inspect on only what is inspected', () => {
  const word = (kind: Task['kind']) => zh[goOnWord(kind) as keyof typeof zh]
  expect([word('accident_survey'), word('training'), word('monthly_check'), word('re_shoot')]).toEqual(['继续填写', '继续填写', '继续检查', '去补拍'])
})

it('opens each task where it is worked on', () => {
  const opens = (kind: Task['kind']) => screenOf(task(kind, ''), 'v')
  expect([opens('monthly_check'), opens('follow_up'), opens('re_inspection'), opens('explain')])
    .toEqual(['/visits/v', '/visits/v', '/visits/v/re-inspection', '/visits/v/explain'])
})

describe('when it is due, in Shanghai', () => {
  it.each([
    ['2026-11-20T10:00:00Z', '今天 18:00'],
    ['2026-11-20T15:59:00Z', '今天 23:59'],
    ['2026-11-20T16:01:00Z', '明天 00:01'],
    ['2026-11-30T10:00:00Z', '11月30日'],
    ['2026-11-20T03:00:00Z', '已过时限'],
    ['2026-11-18T10:00:00Z', '已过期 2 天'],
  ])('%s is %s', (at, words) => {
    expect(dueWords(at, NOON)).toBe(words)
  })
})

it('knows a degree of latitude', () => {
  expect(metres({ lon: 120, lat: 30 }, { lon: 120, lat: 31 })).toBeCloseTo(111_195, -2)
})
