import { describe, expect, it } from 'vitest'
import { contradiction, judge, judgeItem } from './limits'
import { casesOf, itemOf, limitOf } from './cases.testing'

describe('one reading against one limit', () => {
  it.each(casesOf('limits', 'judge'))('$says', ({ limit, reading, row, is }) => {
    expect(judge(limitOf(limit), reading, row)).toBe(is)
  })
})

describe('all readings of an item', () => {
  it.each(casesOf('limits', 'item'))('$says', ({ item, readings, verdict, limits }) => {
    const judged = judgeItem(itemOf(item), readings)
    expect(judged.verdict).toBe(verdict)
    expect(judged.limits.map(j => j.judgement)).toEqual(limits)
  })
})

describe('an answer against its readings', () => {
  it.each(casesOf('limits', 'contradiction'))('$says', ({ item, answer, is }) => {
    expect(contradiction(itemOf(item), answer)).toEqual(is)
  })
})
