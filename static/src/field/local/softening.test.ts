import { bytesOfSize, signedInPhone, take, taskOf } from '../phone.testing'
import { expect, it } from 'vitest'
import type { Draft, DraftAnswer } from '../types'
import { linksOf } from './chain'
import { flushDrafts, startDraft } from './drafts'
import { finishDraft } from './finishing'
import { mine } from './person'
import { recordOf, parcelsIn } from '../outbox/parcel'
import { runOutbox } from '../outbox/runner'
import { refreshTasks } from './tasks'

const LANE = 'fire.fire_lane@site'

function answered(value: 'fail' | 'pass', major: boolean | null = null): DraftAnswer {
  const finding = value === 'fail' ? { id: '01a201d7-0000-7000-8000-000000000001', words: '占用', place: '东门', foundAt: '2026-11-18T01:00:00.000Z' } : null
  return { question: LANE, answer: { value, major_answer: major }, answeredAt: '2026-11-18T01:00:00.000Z', byGroup: false, finding }
}

async function visit() {
  const server = await signedInPhone()
  server.tasks = [taskOf()]
  await refreshTasks(server.reach)
  return { server, draft: await startDraft(server.tasks[0]!) }
}

async function softened({ id }: Draft) {
  await flushDrafts(id)
  const links = await linksOf([id], new Set(), mine())
  return links.map(({ seal }) => JSON.parse(seal) as Record<string, unknown>).filter(({ kind }) => kind === 'answer_softened')
}

it('is said when an unsafe answer becomes another, and only then', async () => {
  const { draft } = await visit()
  draft.answers[LANE] = answered('fail')
  expect(await softened(draft)).toEqual([])
  draft.answers[LANE] = answered('pass')
  expect(await softened(draft)).toMatchObject([{ question: LANE, from: 'fail', to: 'pass', answered_at: '2026-11-18T01:00:00.000Z' }])
  draft.answers[LANE] = answered('fail')
  expect(await softened(draft)).toHaveLength(1)
})

it('is said when 疑似重大 is lowered, and when an unsafe answer is taken away', async () => {
  const { draft } = await visit()
  draft.answers[LANE] = answered('fail', true)
  await softened(draft)
  draft.answers[LANE] = answered('fail', false)
  expect(await softened(draft)).toMatchObject([{ from: 'suspected_major', to: 'general' }])
  delete draft.answers[LANE]
  expect((await softened(draft))[1]).toMatchObject({ from: 'fail', to: 'unanswered' })
})

it('travels with the record, and to the server at the next contact', async () => {
  const { draft, server } = await visit()
  draft.answers[LANE] = answered('fail')
  await softened(draft)
  delete draft.answers[LANE]
  await finishDraft(draft.id)
  const [parcel] = await parcelsIn(mine())
  const record = JSON.parse((await recordOf(parcel!, mine())).body) as { format: number; chain: { seal: string }[] }
  const kinds = (seals: string[]) => seals.map(seal => (JSON.parse(seal) as { kind: string }).kind)
  expect([record.format, kinds(record.chain.map(({ seal }) => seal))]).toEqual([2, ['task_downloaded', 'visit_started', 'answer_softened']])
  await runOutbox(mine(), server.way)
  expect(kinds([...server.seals])).toEqual(['task_downloaded', 'visit_started', 'answer_softened'])
  server.requests.length = 0
  await runOutbox(mine(), server.way)
  expect(server.asked('/api/seals')).toEqual([])
})

it('compares with what was truly kept, whatever is said while it waits for its turn', async () => {
  const { draft } = await visit()
  draft.answers[LANE] = answered('fail')
  await flushDrafts()
  let release = () => {}
  void navigator.locks.request(`fieldapp-captures-${mine().personId}`, () => new Promise<void>((end) => { release = end }))
  draft.answers[LANE] = answered('pass')
  const saving = flushDrafts()
  await new Promise(resolve => setTimeout(resolve, 20))
  draft.answers.later = { ...answered('fail'), question: 'later' }
  release()
  await saving
  const row = await mine().database.drafts.get(draft.id)
  expect(Object.keys((await mine().vault.openJson<Draft>(`drafts/${draft.id}`, row!.sealed)).answers)).toEqual([LANE])
})

it('waits for no film that is being kept', async () => {
  const { draft } = await visit()
  draft.answers[LANE] = answered('fail')
  await flushDrafts()
  let release = () => {}
  const disk = new Promise<void>((end) => { release = end })
  class SlowFile extends Blob {
    override slice(...given: Parameters<Blob['slice']>) {
      const piece = super.slice(...given)
      return Object.assign(piece, { arrayBuffer: () => disk.then(() => Blob.prototype.arrayBuffer.call(piece)) })
    }
  }
  const keeping = take(draft, { bytes: new SlowFile([bytesOfSize(3000)]), mediaType: 'video/webm' })
  await new Promise(resolve => setTimeout(resolve, 20))
  draft.answers[LANE] = answered('pass')
  expect(await softened(draft)).toHaveLength(1)
  release()
  expect((await keeping).size).toBe(3000)
})
