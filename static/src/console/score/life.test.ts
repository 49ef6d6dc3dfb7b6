import { expect, it } from 'vitest'
import { open, stages, whyNot } from './life'
import { anOccurrence } from './sheets.testing'

const DUE = '2026-11-27T15:59:59.000Z'
const before = Date.parse('2026-11-25T00:00:00Z')
const after = Date.parse('2026-11-28T00:00:00Z')

it('shows what was done and what is to come', () => {
  expect(stages(anOccurrence(['proposed', 'verified'])).map((one) => [one.step, one.done !== null])).toEqual([
    ['proposed', true], ['verified', true], ['notified', false], ['final', false],
  ])
})

it('shows the decision as the next stage once the insurer appealed', () => {
  expect(stages(anOccurrence(['proposed', 'verified', 'notified', 'appealed'])).slice(4).map((one) => one.step)).toEqual(['decided', 'final'])
})

it('has nothing to come after a withdrawal', () => {
  expect(stages(anOccurrence(['proposed', 'dropped'])).map((one) => one.step)).toEqual(['proposed', 'dropped'])
})

it('lets nobody make it final while the insurer may still appeal, and says until when', () => {
  const one = anOccurrence(['proposed', 'verified', 'notified'], { next: ['finality', 'withdrawal'], appeal_due_at: DUE })
  expect(open(one, before)).toEqual(['withdrawal'])
  expect(whyNot(one, 'authority', before)).toBe('why.appeal_time')
  expect(open(one, after)).toEqual(['finality', 'withdrawal'])
  expect(whyNot(one, 'authority', after)).toBeNull()
})

it('tells the proposer that a second person verifies', () => {
  expect(whyNot(anOccurrence(['proposed'], { next: ['withdrawal'] }), 'authority', before)).toBe('why.second_person')
})

it('tells the insurer that its time to appeal ran out', () => {
  const one = anOccurrence(['proposed', 'verified', 'notified'], { appeal_due_at: DUE })
  expect(whyNot(one, 'insurer', after)).toBe('why.appeal_late')
})
