import { chunksKept, signedInPhone, visitWith, type Server } from '../phone.testing'
import { beforeEach, expect, it } from 'vitest'
import { clockOffsetMs } from '../clock'
import { finishDraft } from '../local/finishing'
import { news } from '../local/news'
import { mine } from '../local/person'
import { parcelsIn } from './parcel'
import { runOutbox } from './runner'

/** The test server's receipts are of 2026-11-18T01:00:01Z. */
const BEFORE = '2026-11-18T00:00:00.000Z'
const AFTER = '2026-11-19T00:00:00.000Z'

let server: Server

beforeEach(async () => {
  server = await signedInPhone()
})

it('offers a receipted visit and its seals again, and no bytes that the store has', async () => {
  const { id, captureId } = await receipted()
  server.putBack(BEFORE)
  server.requests.length = 0

  const ended = await runOutbox(mine(), server.way, { insist: true })

  expect(ended.outcome).toBe('settled')
  expect(server.records.has(id)).toBe(true)
  expect(server.seals.size).toBeGreaterThan(0)
  expect(server.asked('part')).toEqual([])
  expect(await chunksKept(captureId)).toBe(0)
  expect(await parcel()).toMatchObject({ record: 'accepted', problem: null })
  expect((await parcel()).receiptAt).not.toBeNull()
  expect((await mine().database.drafts.get(id))?.state).toBe('done')
  await until(() => news.value.some(({ kind }) => kind === 'offered_again'))
})

it('hears of it also after a clock that was a year ahead was set back', async () => {
  const { id } = await receipted()
  await runOutbox(mine(), server.way, { now: () => Date.now() + 365 * 24 * 3600_000 })
  server.putBack(BEFORE)
  await runOutbox(mine(), server.way)
  expect(server.records.has(id)).toBe(true)
})

it('offers its seals again also where the clock of the phone was years behind', async () => {
  await receipted()
  const sent = [...server.seals].sort()
  await mine().database.links.toCollection().modify({ sentAt: 0 })
  clockOffsetMs.value = 6 * 365 * 24 * 3600_000
  await runOutbox(mine(), server.way, { now: () => Date.now() - 6 * 365 * 24 * 3600_000 })
  server.putBack(BEFORE)
  await runOutbox(mine(), server.way, { insist: true })
  expect([...server.seals].sort()).toEqual(sent)
})

it('does so once for each declaration', async () => {
  await receipted()
  server.putBack(BEFORE)
  await runOutbox(mine(), server.way, { insist: true })
  server.requests.length = 0

  await runOutbox(mine(), server.way, { insist: true })

  expect(server.requests).toEqual(['GET /api/restorations'])
})

it('does so once where two declarations are heard together', async () => {
  const { id } = await receipted()
  server.putBack(AFTER)
  server.putBack(BEFORE)
  server.requests.length = 0
  for (let n = 0; n < 3; n += 1) await runOutbox(mine(), server.way, { insist: true })
  expect(server.asked(`PUT /api/visits/${id}`)).toHaveLength(1)
  expect(server.asked('POST /api/seals')).toHaveLength(1)
})

it('does so once where it was cut off between hearing and sending', async () => {
  const { id } = await receipted()
  server.putBack(BEFORE)
  server.fault = method => (method === 'PUT' ? 'cut' : null)
  await runOutbox(mine(), server.way, { insist: true })
  server.fault = () => null
  server.requests.length = 0
  for (let n = 0; n < 3; n += 1) await runOutbox(mine(), server.way, { insist: true })
  expect(server.asked(`PUT /api/visits/${id}`)).toHaveLength(1)
  expect((await parcel()).receiptAt).not.toBeNull()
})

it('does so once there is room, where the phone was full when it heard of it', async () => {
  const { id } = await receipted()
  server.putBack(BEFORE)
  const full = () => { throw Object.assign(new Error('full'), { name: 'QuotaExceededError' }) }
  mine().database.facts.hook('creating', full)
  const ended = await runOutbox(mine(), server.way, { insist: true })
  expect(ended.outcome).toBe('later')
  mine().database.facts.hook('creating').unsubscribe(full)
  await runOutbox(mine(), server.way, { insist: true })
  expect(server.records.has(id)).toBe(true)
})

it('leaves alone what the database that was put back has', async () => {
  await receipted()
  server.putBack(AFTER)
  server.requests.length = 0

  await runOutbox(mine(), server.way, { insist: true })

  expect(server.asked('PUT /api/visits')).toEqual([])
})

it('says so where neither the store nor the phone has the bytes any more, and loses nothing else', async () => {
  const { id } = await receipted()
  server.putBack(BEFORE, true)

  await runOutbox(mine(), server.way, { insist: true })

  expect(server.records.has(id)).toBe(true)
  const left = await parcel()
  expect(left.receiptAt).toBeNull()
  expect(left.files.map(({ state }) => state)).toEqual(['refused'])
  expect(left.problem).not.toBeNull()
})

it('asks seldom by itself', async () => {
  await receipted()
  await runOutbox(mine(), server.way)
  await runOutbox(mine(), server.way)

  expect(server.asked('/api/restorations')).toHaveLength(1)
})

async function receipted() {
  const { draft, captures } = await visitWith(server, [3000])
  await finishDraft(draft.id)
  await runOutbox(mine(), server.way)
  expect((await parcel()).receiptAt).not.toBeNull()
  return { id: draft.id, captureId: captures[0]!.id }
}

async function parcel() {
  return (await parcelsIn(mine()))[0]!
}

async function until(ready: () => boolean): Promise<void> {
  while (!ready()) await new Promise(resolve => setTimeout(resolve, 5))
}
