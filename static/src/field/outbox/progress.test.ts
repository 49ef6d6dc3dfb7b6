import { Server, signedInPhone, visitWith } from '../phone.testing'
import { beforeEach, expect, it } from 'vitest'
import { finishDraft } from '../local/finishing'
import { mine } from '../local/person'
import { sync } from './progress'
import { runOutbox } from './runner'

let server: Server

beforeEach(async () => {
  server = await signedInPhone()
})

it('says what waits, and that all is saved only against the receipt', async () => {
  expect(sync.value).toMatchObject({ records: 0, files: 0, allSaved: true, visits: [] })
  const { draft } = await visitWith(server, [3000, 4000])
  await finishDraft(draft.id)
  await until(() => sync.value.visits.length === 1)
  expect(sync.value).toMatchObject({ records: 1, files: 2, filesTotal: 2, allSaved: false, needsPerson: 0 })

  server.checksAtOnce = false
  await runOutbox(mine(), server.way)
  await until(() => sync.value.visits[0]?.files[0]?.state === 'checking')
  expect(sync.value).toMatchObject({ records: 0, files: 2, allSaved: false })

  await server.finishChecks()
  await runOutbox(mine(), server.way)
  await until(() => sync.value.allSaved)
  expect(sync.value.visits[0]).toMatchObject({
    state: 'done', record: 'accepted', projectName: '滨江花园三期', receiptAt: '2026-11-18T01:00:01.000Z',
    files: [{ shot: 'far', state: 'stored', sent: 3000, size: 3000 }, { state: 'stored', size: 4000 }],
  })
})

it('counts what needs a person, with the reason and what to do', async () => {
  const { draft } = await visitWith(server, [])
  server.recordState = 'quarantined'
  await finishDraft(draft.id)
  await runOutbox(mine(), server.way)
  await until(() => sync.value.needsPerson === 1)
  expect(sync.value.visits[0]).toMatchObject({ record: 'quarantined', reasons: [{ code: 'unknown_unit' }] })
  expect(sync.value.visits[0]!.problem).toContain('不用重拍')
})

async function until(ready: () => boolean): Promise<void> {
  while (!ready()) await new Promise(resolve => setTimeout(resolve, 5))
}
