import { Server, signedInPhone, taskOf } from '../phone.testing'
import { beforeEach, expect, it } from 'vitest'
import { published, unitsOf } from '../../shared/checklist/cases.testing'
import { questions, type Question } from '../../shared/checklist/walk'
import { startDraft } from '../local/drafts'
import { refreshTasks } from '../local/tasks'
import { recordText } from '../record'
import type { Draft, Task } from '../types'
import { say, undo, verifyAnew } from './answering'
import { asksUntil, carriedInto, openDrawn } from './carrying'

const asked = questions(published.edition, unitsOf([{ id: 'tc1', kind: 'tower_crane', name: '1#塔机' }]))
const of = (id: string) => asked.find(({ item }) => item.id === id) as Question
const registration = of('crane.tower.registration')
const certificates = of('crane.tower.operator_certificates')
const CARRIED = [
  { question: registration.key, visit_id: 'v-9', answered_at: '2026-09-12T02:00:00.000Z', valid_until: null },
  { question: certificates.key, visit_id: 'v-9', answered_at: '2026-09-12T02:00:00.000Z', valid_until: '2099-12-01' },
]

let server: Server
let draft: Draft

async function begin(carried?: NonNullable<Task['carried']>): Promise<Draft> {
  server.tasks = [taskOf(carried ? { carried } : {})]
  await refreshTasks(server.reach)
  return startDraft(server.tasks[0]!)
}

beforeEach(async () => {
  server = await signedInPhone()
  draft = await begin(CARRIED)
})

const told = (one: Draft) => Object.fromEntries((JSON.parse(recordText(one, [], published.edition, 0)) as { answers: { question: string }[] }).answers.map(a => [a.question, a]))

it('begins a check with the papers that hold still', () => {
  expect(Object.keys(draft.answers).sort()).toEqual([registration.key, certificates.key].sort())
  expect(draft.answers[registration.key]).toMatchObject({ carried: CARRIED[0], answer: { value: 'pass' } })
})

it('leaves out what lapsed since the task was downloaded', () => {
  const task = taskOf({ carried: [{ ...CARRIED[1]!, valid_until: '2026-12-01' }] })
  expect(Object.keys(carriedInto(task, '2026-12-01T15:00:00.000Z'))).toHaveLength(1)
  expect(carriedInto(task, '2026-12-01T17:00:00.000Z')).toEqual({}) // past midnight in Shanghai
})

it('tells the record from which visit it was carried', () => {
  expect(told(draft)[certificates.key]).toMatchObject({
    value: 'pass', carried_from: { visit_id: 'v-9', answered_at: '2026-09-12T02:00:00.000Z' }, valid_until: '2099-12-01',
  })
})

it('is inspected anew by one tap, and carried again by undoing it', () => {
  verifyAnew(draft, registration)
  expect(draft.answers[registration.key]).toBeUndefined()
  undo(draft)
  expect(draft.answers[registration.key]!.carried).toMatchObject({ visit_id: 'v-9' })
})

it('answered anew, it is an answer of today that carries nothing', () => {
  verifyAnew(draft, registration)
  say(draft, registration, 'pass')
  expect(draft.answers[registration.key]!.carried).toBeUndefined()
  expect(told(draft)[registration.key]).not.toHaveProperty('carried_from')
})

it('opens what the draw falls on, and nothing else', () => {
  say(draft, of('fire.fire_lane'), 'pass')
  openDrawn(draft, new Set([registration.key, of('fire.fire_lane').key]))
  expect(Object.keys(draft.answers).sort()).toEqual([certificates.key, of('fire.fire_lane').key].sort())
})

it('asks for the day of a paper that has one, and only where it was inspected', () => {
  expect(asksUntil(certificates, draft.answers[certificates.key])).toBe(false)
  verifyAnew(draft, certificates)
  say(draft, certificates, 'pass')
  expect(asksUntil(certificates, draft.answers[certificates.key])).toBe(true)
  expect(asksUntil(registration, { ...draft.answers[certificates.key]!, question: registration.key })).toBe(false)
  draft.answers[certificates.key]!.validUntil = '2027-01-31'
  expect(told(draft)[certificates.key]).toMatchObject({ valid_until: '2027-01-31' })
})

it('starts empty with a task of an older version', async () => {
  expect((await begin()).answers).toEqual({})
})
