import { describe, expect, it } from 'vitest'
import { edition, unitsOf } from '../../shared/checklist/cases.testing'
import { completeness } from '../../shared/checklist/completeness'
import { questions, type Question } from '../../shared/checklist/walk'
import type { DraftAnswer } from '../types'
import { counts, findingLines, missingLines } from './handing'

const units = unitsOf([{ id: 'tc1', kind: 'tower_crane', name: '1#塔机' }])
const asked = questions(edition, units)
const [first, second] = asked as [Question, Question]

const failed = (question: Question, major_answer: boolean): [string, DraftAnswer] => [
  question.key, { question: question.key, answeredAt: '', byGroup: false, finding: null, answer: { value: 'fail', major_answer } },
]

it('shows the suspected major finding first', () => {
  const lines = findingLines(asked, Object.fromEntries([failed(first, false), failed(second, true)]))
  expect(lines.map(({ key }) => key)).toEqual([second.key, first.key])
})

it('counts only answers that were given', () => {
  const found = counts(edition, asked, Object.fromEntries([failed(first, false)]))
  expect(found.map(({ id, n }) => [id, n])).toEqual([['fail', 1]])
})

describe('what is missing', () => {
  const state = { units, nonce: '9f2c', answers: {}, absences: {}, photos: [] }
  const lines = missingLines(edition, completeness(edition, state).missing)

  it('is one line for all unanswered questions of a category', () => {
    const crane = asked.filter(({ category }) => category === 'crane').length
    expect(lines.filter(({ zh }) => zh === '起重机械').map(({ unanswered }) => unanswered)).toEqual([crane])
  })

  it('adds up to what is said to be missing', () => {
    const missing = completeness(edition, state).missing
    expect(lines.reduce((sum, { unanswered }) => sum + Math.max(1, unanswered), 0)).toBe(missing.length)
  })

  it('names a category that must be declared', () => {
    expect(lines.map(({ key }) => key)).toContain('absent@formwork')
  })
})
