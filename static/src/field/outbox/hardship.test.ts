import { bytesOfSize, chunksKept, Server, signedInPhone, visitWith } from '../phone.testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bytesOf } from '../local/captures'
import { finishDraft } from '../local/finishing'
import { mine } from '../local/person'
import { sha256Of } from '../hashing'
import type { Capture } from '../types'
import { parcelsIn } from './parcel'
import { runOutbox } from './runner'

const YEAR = 365 * 24 * 3600_000

let server: Server

beforeEach(async () => {
  server = await signedInPhone()
})

describe('a visit that the server chokes on', () => {
  const whole = async () => (await parcelsIn(mine())).filter(({ receiptAt }) => receiptAt).map(({ id }) => id)

  it.each([
    ['its receipt', (bad: string) => (path: string) => path === `/api/visits/${bad}/receipt`],
    ['where to send its photos', () => (path: string) => path === '/api/uploads'],
  ])('holds up no other: %s', async (_, faultOf) => {
    const bad = await handedIn([3000])
    server.fault = (method, path) => (method === 'PUT' && path === `/api/visits/${bad.id}` ? 'lose reply' : null)
    await runOutbox(mine(), server.way)
    const good = await handedIn([4000])
    const isHit = faultOf(bad.id)
    let hits = 0
    server.fault = (_, path) => (isHit(path) && (path !== '/api/uploads' || hits++ === 0) ? server.problem(500, 'Fault') : null)
    await forgetTargets(bad.id)

    expect((await runOutbox(mine(), server.way)).outcome).toBe('later')
    expect(await whole()).toContain(good.id)
    expect(await whole()).not.toContain(bad.id)

    server.fault = () => null
    await until('settled')
    expect((await whole()).sort()).toEqual([bad.id, good.id].sort())
  })

  it('costs a server in trouble a few tries a pass, and no more', async () => {
    for (let n = 0; n < 14; n += 1) await handedIn([])
    server.fault = (_, path) => (path.endsWith('/receipt') ? server.problem(503, 'Busy') : null)
    server.requests.length = 0
    await runOutbox(mine(), server.way)
    expect(server.asked('/receipt').length).toBeLessThan(14)
  })
})

describe('a part that the store never takes', () => {
  it.each([['answered 5xx', { status: 503, etag: null }], ['cut', 'unreachable']] as const)('holds up no other visit and no other file: %s', async (_, fault) => {
    const bad = await handedIn([3000, 5000])
    const good = await handedIn([4000])
    server.partFault = (_, { size }) => (size === 3000 ? fault : null)

    expect(await runOutbox(mine(), server.way)).toMatchObject({ outcome: 'later', reached: true, moved: true })
    const [first, second] = await parcelsIn(mine())
    expect([first!.receiptAt, second!.receiptAt]).toEqual([null, expect.any(String)])
    expect(first!.files.map(({ size, state }) => [size, state])).toEqual([[3000, 'waiting'], [5000, 'stored']])
    expect(first!.files[0]!.detail).toEqual(fault === 'unreachable' ? null : expect.stringContaining('503'))
    expect(await chunksKept(bad.captures[0]!.id)).toBe(1)

    server.partFault = () => null
    await until('settled')
    expect((await parcelsIn(mine()))[0]).toMatchObject({ receiptAt: expect.any(String) as string, files: [{ state: 'stored', detail: null }, { state: 'stored' }] })
    expect(server.records.size).toBe(2)
    expect(await chunksKept(good.captures[0]!.id)).toBe(0)
  })

  it('says so where it is not the URL: a proxy lets none so large through', async () => {
    await handedIn([3000, 5000])
    server.partFault = (_, { size }) => (size === 5000 ? { status: 413, etag: null } : null)
    server.requests.length = 0
    expect((await runOutbox(mine(), server.way)).outcome).toBe('later')
    expect(server.asked('PUT part')).toHaveLength(3)
    const [{ files }] = await parcelsIn(mine()) as [Awaited<ReturnType<typeof parcelsIn>>[number]]
    expect(files.map(({ size, state }) => [size, state])).toEqual([[3000, 'stored'], [5000, 'waiting']])
    expect(files[1]!.detail).toContain('413')
    server.partFault = () => null
    await until('settled')
  })

  it('lets every other visit arrive, however many of its kind lie before them', async () => {
    await handedIn(Array.from({ length: 12 }, (_, n) => 3000 + n))
    await handedIn([9000])
    const good = await handedIn([4000])
    let tried = 0
    server.partFault = (_, { size }) => {
      if (size >= 4000 && size < 9000) return null
      tried += 1
      return size === 9000 ? 'unreachable' : { status: 500, etag: null }
    }
    await runOutbox(mine(), server.way)
    expect(tried).toBeLessThanOrEqual(11)
    await runOutbox(mine(), server.way)
    expect((await parcelsIn(mine())).filter(({ receiptAt }) => receiptAt).map(({ id }) => id)).toEqual([good.id])
    server.partFault = () => null
    await until('settled')
    expect(server.records.size).toBe(3)
  })

  it.each([['answers 5xx', { status: 503, etag: null }, 11], ['cannot be reached', 'unreachable', 3]] as const)(
    'is no reason to ask a store for each of them that %s', async (_, fault, most) => {
      for (let n = 0; n < 14; n += 1) await handedIn([1000 + n])
      server.partFault = () => fault
      server.requests.length = 0
      await runOutbox(mine(), server.way)
      expect(server.asked('PUT part').length).toBeLessThanOrEqual(most)
    })
})

it('goes on with the other visits where the text of one cannot be read', async () => {
  const [bad, good] = [await handedIn([3000]), await handedIn([4000])]
  await mine().database.records.delete(bad.id)
  await runOutbox(mine(), server.way)
  const parcels = await parcelsIn(mine())
  expect(parcels.find(({ id }) => id === bad.id)).toMatchObject({ record: 'refused', problem: { zh: expect.stringContaining('联系管理员') as string } })
  expect(parcels.find(({ id }) => id === good.id)!.receiptAt).not.toBeNull()
  expect(await chunksKept(bad.captures[0]!.id)).toBe(1)
})

describe('a file that arrives otherwise than it was taken, each time', () => {
  const HOURS = 3600_000
  const refused = async () => (await parcelsIn(mine()))[0]!

  it.each([['told at once', true], ['found later', false]])('is sent three times, said, and tried again hours later by itself: %s', async (_, atOnce) => {
    const { captures } = await handedIn([3000])
    server.checksAtOnce = atOnce
    server.partFault = () => 'spoil'
    server.requests.length = 0
    for (let n = 1; n <= 9; n += 1) {
      await runOutbox(mine(), server.way, { now: () => Date.now() + n * 60_000 })
      await server.finishChecks()
    }
    expect(server.asked('PUT part')).toHaveLength(3)
    expect(await refused()).toMatchObject({ files: [{ state: 'refused', detail: expect.stringContaining('3') as string }], problem: { zh: expect.stringContaining('立即重试') as string } })
    expect(await chunksKept(captures[0]!.id)).toBe(1)

    server.partFault = () => null
    for (let n = 1; n <= 3; n += 1) {
      await runOutbox(mine(), server.way, { now: () => Date.now() + 7 * HOURS + n * 60_000 })
      await server.finishChecks()
    }
    expect(await refused()).toMatchObject({ problem: null, receiptAt: expect.any(String) as string })
  })
})

it('knows that it is offline where only the way to the store was tried', async () => {
  await handedIn([3000])
  await runOutbox(mine(), { ...server.way, originalsMayGo: () => false }) // the record is there, and nothing is left to ask
  server.partFault = () => 'unreachable'
  expect(await runOutbox(mine(), server.way)).toMatchObject({ outcome: 'later', reached: false })
})

describe('a phone that is full', () => {
  let room = () => {}
  afterEach(() => room())

  it('still sends, and makes itself room', async () => {
    const { captures } = await handedIn([3000])
    room = fill()
    for (let n = 0; n < 3 && (await runOutbox(mine(), server.way)).outcome !== 'settled'; n += 1);
    expect(await sha256Of(server.blobs.get(captures[0]!.sha256)!)).toBe(captures[0]!.sha256)
    expect(await chunksKept(captures[0]!.id)).toBe(0)
    expect((await parcelsIn(mine()))[0]).toMatchObject({ receiptAt: '2026-11-18T01:00:01.000Z', files: [{ state: 'stored' }] })
  })

  it('still renews its session', async () => {
    const { captures } = await handedIn([3000])
    server.cookie = null
    room = fill()
    await runOutbox(mine(), server.way)
    expect(server.blobs.has(captures[0]!.sha256)).toBe(true)
  })

  it('keeps what no receipt covers', async () => {
    const { captures } = await handedIn([3000])
    server.forgeReceipts = true
    room = fill()
    await runOutbox(mine(), server.way)
    expect(await sha256Of(await bytesOf(captures[0]!.id))).toBe(await sha256Of(bytesOfSize(3000, 1)))
  })
})

describe('a clock that was a year ahead', () => {
  const wrong = () => Date.now() + YEAR

  it('does not leave a file that never arrived for a year', async () => {
    await handedIn([3000])
    server.checksAtOnce = false
    await runOutbox(mine(), server.way, { now: wrong })
    server.uploads.clear()
    server.checksAtOnce = true
    await until('settled')
    expect((await parcelsIn(mine()))[0]!.files[0]!.state).toBe('stored')
  })

  it('does not leave a record that waits for a person for a year', async () => {
    server.recordState = 'quarantined'
    const { id } = await handedIn([3000])
    await runOutbox(mine(), server.way, { now: wrong })
    await runOutbox(mine(), server.way, { now: wrong })
    server.records.get(id)!.state = 'accepted'
    await until('settled')
    expect((await parcelsIn(mine()))[0]).toMatchObject({ record: 'accepted', problem: null })
  })
})

async function handedIn(sizes: number[]): Promise<{ id: string; captures: Capture[] }> {
  const { draft, captures } = await visitWith(server, sizes)
  await finishDraft(draft.id)
  return { id: draft.id, captures }
}

/** As after an hour: the URLs are over. */
async function forgetTargets(id: string): Promise<void> {
  const { keepParcel } = await import('./parcel')
  const parcel = (await parcelsIn(mine())).find(one => one.id === id)!
  for (const file of parcel.files) file.upload = null
  await keepParcel({ ...parcel, record: 'accepted' }, mine())
}

async function until(outcome: string): Promise<void> {
  for (let n = 0; n < 5; n += 1) if ((await runOutbox(mine(), server.way)).outcome === outcome) return
  throw new Error(`never ${outcome}`)
}

/** Nothing more can be written until bytes of a photo have gone; call the result for room. */
function fill(): () => void {
  const { prototype } = IDBObjectStore
  const { put, add, delete: remove } = prototype
  let full = true
  const refuse = (store: IDBObjectStore) => {
    if (!full) return
    store.transaction.abort()
    throw new DOMException('no space left', 'QuotaExceededError')
  }
  prototype.put = function (...given) { refuse(this); return put.apply(this, given) }
  prototype.add = function (...given) { refuse(this); return add.apply(this, given) }
  prototype.delete = function (...given) {
    if (this.name === 'chunks') this.transaction.addEventListener('complete', () => { full = false })
    return remove.apply(this, given)
  }
  return () => { Object.assign(prototype, { put, add, delete: remove }) }
}
