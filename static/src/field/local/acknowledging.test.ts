import { signedInPhone, taskOf, type Server } from '../phone.testing'
import { beforeEach, expect, it } from 'vitest'
import { runOutbox } from '../outbox/runner'
import type { Task } from '../types'
import { acknowledge, acknowledged, isAwaited, saidAt } from './acknowledging'
import { mine } from './person'
import { refreshTasks } from './tasks'

let server: Server
let survey: Task

beforeEach(async () => {
  server = await signedInPhone()
  survey = taskOf({ kind: 'accident_survey', acknowledgement: { role: 'assignee', assignee: { name: '林工' }, until: null, acknowledged_at: null } })
  server.tasks = [survey]
  await refreshTasks(server.reach)
})

it('counts from the touch, without a network, and travels at the next contact', async () => {
  expect(isAwaited(survey)).toBe(true)
  server.fault = () => 'cut'

  await acknowledge(survey)
  await until(() => !isAwaited(survey))
  await runOutbox(mine(), server.way)
  expect(said()).toEqual([])

  server.fault = () => null
  await runOutbox(mine(), server.way)
  expect(said()).toEqual([{ task: survey.id, at: saidAt(survey) }])
})

it('is said once, however often it is touched', async () => {
  await Promise.all([acknowledge(survey), acknowledge(survey)])
  await acknowledge(survey)
  await runOutbox(mine(), server.way)

  expect(said()).toHaveLength(1)
})

it('is not asked for where it was said elsewhere, or never wanted', () => {
  const wanted = survey.acknowledgement!
  expect(isAwaited({ ...survey, acknowledgement: { ...wanted, acknowledged_at: '2026-11-22T00:00:00.000Z' } })).toBe(false)
  expect(isAwaited(taskOf())).toBe(false)
  expect(isAwaited({ ...survey, acknowledgement: null })).toBe(false)
})

function said() {
  const links = [...server.seals].map(text => JSON.parse(text) as { kind: string; task_id: string; at: string })
  return links.filter(({ kind }) => kind === 'task_acknowledged').map(({ task_id, at }) => ({ task: task_id, at }))
}

async function until(ready: () => boolean): Promise<void> {
  while (!ready()) await new Promise(resolve => setTimeout(resolve, 5))
  expect(acknowledged.value).toBeTruthy()
}
