import { beforeEach, describe, expect, it } from 'vitest'
import { edition, unitsOf } from '../../shared/checklist/cases.testing'
import { questions, type Question } from '../../shared/checklist/walk'
import type { Draft } from '../types'
import { describe as write, hasPhrase, passRest, read, say, togglePhrase, undo } from './answering'

const asked = questions(edition, unitsOf([{ id: 'tc1', kind: 'tower_crane', name: '1#塔机' }]))
const [first, second, third] = asked as [Question, Question, Question]
let draft: Draft

beforeEach(() => {
  draft = { answers: {}, absences: {}, trail: [] } as unknown as Draft
})

const value = (question: Question) => draft.answers[question.key]?.answer.value

describe('an answer', () => {
  it('is taken back by one tap', () => {
    say(draft, first, 'pass')
    say(draft, first, 'fail')
    expect(undo(draft)).toEqual([first.key])
    expect(value(first)).toBe('pass')
    undo(draft)
    expect(value(first)).toBeUndefined()
  })

  it('of 不合格 begins a finding at its unit', () => {
    say(draft, first, 'fail')
    expect(draft.answers[first.key]!.finding).toMatchObject({ place: '1#塔机' })
  })

  it('changed to 合格 and back keeps the words and the finding', () => {
    say(draft, first, 'fail')
    write(draft.answers[first.key]!, '触点被短接')
    const id = draft.answers[first.key]!.finding!.id
    say(draft, first, 'pass')
    expect(draft.answers[first.key]!.answer.words).toBeNull()
    say(draft, first, 'fail')
    expect(draft.answers[first.key]).toMatchObject({ finding: { id }, answer: { words: '触点被短接' } })
  })

  it('keeps its readings whatever it becomes', () => {
    say(draft, first, 'pass')
    draft.answers[first.key]!.answer = { ...draft.answers[first.key]!.answer, readings: [{ limit: 0, value: '105' }] }
    say(draft, first, 'fail')
    expect(draft.answers[first.key]!.answer.readings).toEqual([{ limit: 0, value: '105' }])
  })
})

describe('a reading', () => {
  const capacity = asked.find(({ item }) => item.id === 'crane.tower.load_limiters')!
  const type = (value: string, typed = true) => read(draft, capacity, [{ limit: 0, value }], typed)

  it('answers nothing while it is being typed, and is kept', () => {
    type('115', false)
    expect(value(capacity)).toBeUndefined()
    say(draft, capacity, 'not_inspected')
    expect(draft.answers[capacity.key]!.answer.readings).toEqual([{ limit: 0, value: '115' }])
  })

  it('is judged by its limit where nobody answered: never 合格 beyond it', () => {
    type('115')
    expect(value(capacity)).toBe('fail')
    type('105')
    expect(value(capacity)).toBe('pass')
  })

  it('taken out again leaves the question open', () => {
    type('105')
    type('')
    expect(value(capacity)).toBeUndefined()
  })

  it('does not change what a person answered', () => {
    say(draft, capacity, 'pass')
    type('115')
    expect(value(capacity)).toBe('pass')
  })
})

it('the rest of a group is one act, also to take it back', () => {
  say(draft, first, 'fail')
  passRest(draft, [second, third])
  expect([value(second), draft.answers[second.key]!.byGroup]).toEqual(['pass', true])
  expect(undo(draft)).toEqual([third.key, second.key])
  expect([value(first), value(second), value(third)]).toEqual(['fail', undefined, undefined])
})

it('nothing to take back is no error', () => expect(undo(draft)).toEqual([]))

it('a phrase is put in and taken out among other words', () => {
  const words = togglePhrase('上部松动', '触点被短接')
  expect(words).toBe('上部松动；触点被短接')
  expect(hasPhrase(words, '触点被短接')).toBe(true)
  expect(togglePhrase(words, '触点被短接')).toBe('上部松动')
})
