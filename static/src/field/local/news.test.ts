import { signedInPhone, taskOf, visitWith } from '../phone.testing'
import { expect, it } from 'vitest'
import { runOutbox } from '../outbox/runner'
import { finishDraft } from './finishing'
import { looked, news, newsOf } from './news'
import { mine } from './person'
import { refreshTasks } from './tasks'

const check = taskOf()

it('is a re-shoot, another task or a moved deadline that was not there before', () => {
  const reShoot = taskOf({ kind: 're_shoot' })
  const moved = { ...check, due_at: '2026-12-02T00:00:00.000Z' }
  expect(newsOf([check], [moved, reShoot, taskOf()], 'now').map(({ kind }) => kind)).toEqual(['due_moved', 're_shoot', 'task'])
  expect(newsOf([check], [check], 'now')).toEqual([])
  expect(newsOf([], [check], 'now')).toEqual([])
})

it('is counted at the next contact, once, until somebody looked', async () => {
  const server = await signedInPhone()
  const { draft } = await visitWith(server, [3000])
  await finishDraft(draft.id)
  server.tasks = [...server.tasks, taskOf({ kind: 're_shoot' })]
  await refreshTasks(server.reach)
  await refreshTasks(server.reach)
  await runOutbox(mine(), server.way)
  await until(() => news.value.length === 2)
  expect(news.value.map(({ kind }) => kind)).toEqual(['re_shoot', 'receipt'])
  await looked()
  await until(() => news.value.length === 0)
})

async function until(ready: () => boolean): Promise<void> {
  while (!ready()) await new Promise(resolve => setTimeout(resolve, 5))
}
