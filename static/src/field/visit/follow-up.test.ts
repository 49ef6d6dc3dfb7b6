import { reactive, shallowRef } from 'vue'
import { expect, it } from 'vitest'
import { taskOf } from '../phone.testing'
import { edition } from '../../shared/checklist/cases.testing'
import type { Draft } from '../types'
import { visitOf } from './visit'

const LEFT = ['fire.fire_lane@site', 'fire.hydrants@site']

function draftOf(questions: string[] | null): Draft {
  return reactive({
    id: 'visit', task: taskOf({ kind: questions ? 'follow_up' : 'monthly_check', questions }), startedAt: '', finishedAt: null,
    arrival: null, answers: {}, absences: {}, signature: null, trail: [],
  })
}

it('asks in a follow-up for what was left, and misses nothing else', () => {
  const known = new Set(visitOf(draftOf(null), edition, shallowRef([])).asked.value.map(({ key }) => key))
  const left = LEFT.filter(key => known.has(key))
  expect(left.length).toBeGreaterThan(0)

  const { asked, found } = visitOf(draftOf(left), edition, shallowRef([]))

  expect(asked.value.map(({ key }) => key)).toEqual(left)
  expect(new Set(found.value.missing.map(({ key }) => key))).toEqual(new Set(left))
})

it('misses nothing of a follow-up once it is answered', () => {
  const draft = draftOf(LEFT.slice(0, 1))
  const { found, asked } = visitOf(draft, edition, shallowRef([]))
  const [question] = asked.value

  draft.answers[question!.key] = { question: question!.key, answeredAt: '', byGroup: false, answer: { value: 'not_inspected', reason: 'locked' }, finding: null }

  expect(found.value.missing).toEqual([])
})
