import { reactive, shallowRef } from 'vue'
import { beforeEach, expect, it } from 'vitest'
import type { CameraRequest } from '../camera/request'
import { taskOf } from '../phone.testing'
import { edition, unitsOf } from '../../shared/checklist/cases.testing'
import type { Capture, Draft } from '../types'
import { say } from './answering'
import { requestAt } from './shooting'
import { shotsOf, visitOf, type Visit } from './visit'

const units = unitsOf([{ id: 'tc1', kind: 'tower_crane', name: '1#塔机' }, { id: 'tc2', kind: 'tower_crane', name: '2#塔机' }])
let visit: Visit

beforeEach(() => {
  const task = taskOf()
  const draft = { id: 'visit', task: { ...task, project: { ...task.project, units } }, answers: {}, absences: {}, trail: [] } as unknown as Draft
  visit = visitOf(reactive(draft), edition, shallowRef([]))
})

const owing = () => visit.asked.value.filter(question => question.unit?.id === 'tc1' && shotsOf(visit, question).some(({ required }) => required))
const ask = () => requestAt(visit, owing()[0]!, 'far')

function take({ question, shots }: CameraRequest): void {
  visit.captures.value = [...visit.captures.value, { question, category: null, shot: shots[0]!.id } as Capture]
}

it('goes from photo to photo of one machine, each once, and ends there', () => {
  const places: (string | null)[] = []
  for (let at: CameraRequest | null = ask(); at; at = at.next!()) {
    take(at)
    places.push(at.question)
  }
  expect(places.length).toBeGreaterThan(1)
  expect(places).toEqual(owing().map(({ key }) => key))
})

it('says at each what it is of', () => {
  take(ask())
  expect(ask().next!()).toMatchObject({ question: owing()[1]!.key, title: owing()[1]!.item.zh, unit: '1#塔机', findingId: null })
})

it('leads away from no unsafe item: that wants its words first', () => {
  const question = owing()[0]!
  say(visit.draft, question, 'fail')
  const request = requestAt(visit, question, 'far')
  expect(request.next).toBeUndefined()
  expect(request.findingId).toBe(visit.draft.answers[question.key]!.finding!.id)
})
