import { bytesOfSize, chunksKept, Server, signedInPhone, take, visitWith } from '../phone.testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { bytesOf } from '../local/captures'
import { writeChunks } from '../local/chunks'
import { finishDraft } from '../local/finishing'
import { mine } from '../local/person'
import { sha256Of } from '../hashing'
import { verifies } from '../device'
import { signIn } from '../session'
import type { Capture } from '../types'
import { filesOf, keepParcel, parcelsIn, type Parcel } from './parcel'
import { runOutbox } from './runner'

const MB = 1024 * 1024

let server: Server

beforeEach(async () => {
  server = await signedInPhone()
})

describe('a visit that is handed in', () => {
  it('arrives as signed, its photos byte for byte, and only then may the originals go', async () => {
    const { id, captures } = await handedIn([3000, 2.5 * MB])

    const ended = await runOutbox(mine(), server.way)

    const record = server.records.get(id)!
    expect(ended).toMatchObject({ outcome: 'settled', moved: true })
    expect(await verifies(server.devices.get(record.device)!.publicKey, record.signature, record.body)).toBe(true)
    for (const { sha256, id: captureId } of captures) {
      expect(await sha256Of(server.blobs.get(sha256)!)).toBe(sha256)
      expect(await chunksKept(captureId)).toBe(0)
    }
    expect(await parcel()).toMatchObject({ record: 'accepted', receiptAt: '2026-11-18T01:00:01.000Z', problem: null })
    expect(await mine().database.receipts.count()).toBe(1)
    expect((await mine().database.drafts.get(id))?.state).toBe('done')
  })

  it('goes record first', async () => {
    await handedIn([3000])
    server.requests.length = 0
    await runOutbox(mine(), server.way)
    expect(server.requests.map(request => request.replace(/[0-9a-f-]{36}/, 'ID'))).toEqual([
      'PUT /api/visits/ID', 'POST /api/seals', 'PUT part 1', 'POST /api/uploads/completions', 'GET /api/visits/ID/receipt',
      'GET /api/restorations',
    ])
  })

  it('sends every preview before the first original, and lets both go together', async () => {
    const { captures } = await handedIn([3000, 4000])
    const kept = await parcel()
    const withPreviews = await Promise.all(captures.map(async (capture, n) => {
      const bytes = bytesOfSize(500, 50 + n)
      await writeChunks(capture.id, 'preview', bytes, mine())
      return { ...capture, preview: { sha256: await sha256Of(bytes), size: 500, media_type: 'image/jpeg' } }
    }))
    await keepParcel({ ...kept, files: filesOf(withPreviews) }, mine())
    const sizes: number[] = []
    server.partFault = (_, { size }) => { sizes.push(size); return null }

    await until('settled')

    expect(sizes.slice(0, 2)).toEqual([500, 500])
    expect(sizes.slice(2).sort()).toEqual([3000, 4000])
    expect(await mine().database.chunks.count()).toBe(0)
  })

  it('stays whole on the phone while there is no network', async () => {
    const { captures } = await handedIn([3000])
    server.fault = () => 'cut'
    expect(await runOutbox(mine(), server.way)).toMatchObject({ outcome: 'later', reached: false })
    expect(await parcel()).toMatchObject({ record: 'waiting' })
    expect(await sha256Of(await bytesOf(captures[0]!.id))).toBe(captures[0]!.sha256)
  })

  it('is the same visit when the reply to the record is lost after the server kept it', async () => {
    const { id } = await handedIn([3000])
    server.fault = (method, path) => (method === 'PUT' && path === `/api/visits/${id}` ? 'lose reply' : null)
    await runOutbox(mine(), server.way)
    const first = server.records.get(id)!.body
    server.fault = () => null

    expect((await runOutbox(mine(), server.way)).outcome).toBe('settled')
    expect(server.records.get(id)!.body).toBe(first)
  })

  it('is settled when the reply to the completion is lost', async () => {
    await handedIn([3000])
    server.fault = (_, path) => (path.endsWith('/completions') ? 'lose reply' : null)
    await runOutbox(mine(), server.way)
    server.fault = () => null
    await until('settled')
    expect(await parcel()).toMatchObject({ files: [{ state: 'stored' }] })
  })

  it('goes on at the missing part after a cut', async () => {
    await handedIn([11 * MB])
    let left = 2
    server.partFault = () => (left-- > 0 ? null : 'unreachable')
    expect((await runOutbox(mine(), server.way)).outcome).toBe('later')
    server.requests.length = 0
    server.partFault = () => null

    await until('settled')

    expect(server.asked('PUT part')).toEqual(['PUT part 3'])
  })

  it('goes on inside the part where the cut was, when the store can', async () => {
    const { captures } = await handedIn([11 * MB])
    server.goesOnInside = true
    server.partFault = url => (url.endsWith('/2') ? { cutAfter: 3 * MB } : null)
    expect((await runOutbox(mine(), server.way)).outcome).toBe('later')
    server.requests.length = 0
    server.partFault = () => null

    await until('settled')

    expect(server.asked(' part ')).toEqual([`PATCH part 2 from ${3 * MB}`, 'PUT part 3'])
    expect(await sha256Of(server.blobs.get(captures[0]!.sha256)!)).toBe(captures[0]!.sha256)
  })

  it('sends no byte again of a part whose answer was lost', async () => {
    await handedIn([3000])
    server.goesOnInside = true
    server.partFault = (_, upload) => {
      upload.parts.set(1, bytesOfSize(3000, 1))
      return 'unreachable'
    }
    await runOutbox(mine(), server.way)
    server.requests.length = 0

    await until('settled')

    expect(server.asked(' part ')).toEqual([])
  })

  it('asks for a fresh URL when one is over, and sends the part there', async () => {
    await handedIn([3000])
    let first = true
    server.partFault = () => (first ? ((first = false), { status: 403, etag: null }) : null)
    expect((await runOutbox(mine(), server.way)).outcome).toBe('settled')
    expect(server.asked('POST /api/uploads').length).toBeGreaterThan(1)
  })

  it('sends again what arrived spoilt', async () => {
    const { captures } = await handedIn([3000])
    let first = true
    server.partFault = () => (first ? ((first = false), 'spoil') : null)
    expect((await runOutbox(mine(), server.way)).outcome).toBe('later')
    expect(await chunksKept(captures[0]!.id)).toBe(1)
    await until('settled')
    expect(server.blobs.has(captures[0]!.sha256)).toBe(true)
  })

  it('waits for the receipt while the store still checks, and sends again when the check fails unseen', async () => {
    const { captures } = await handedIn([3000])
    server.checksAtOnce = false
    server.partFault = () => 'spoil'
    expect((await runOutbox(mine(), server.way)).outcome).toBe('checking')
    expect(await chunksKept(captures[0]!.id)).toBe(1)

    await server.finishChecks() // finds another hash and empties the inbox
    server.partFault = () => null
    await runOutbox(mine(), server.way, { now: () => Date.now() + 60_000 })
    await server.finishChecks()
    await until('settled')

    expect(await chunksKept(captures[0]!.id)).toBe(0)
  })

  it('is taken back to the start when the server was put back from a backup', async () => {
    const { id } = await handedIn([3000])
    server.checksAtOnce = false
    await runOutbox(mine(), server.way)
    server.records.clear()
    server.checksAtOnce = true
    await until('settled')
    expect(server.records.has(id)).toBe(true)
  })
})

describe('what a person must look at', () => {
  it('keeps a quarantined record in sight with its reason while its photos travel', async () => {
    const { captures } = await handedIn([3000])
    server.recordState = 'quarantined'
    await runOutbox(mine(), server.way)
    const kept = await parcel()
    expect(kept.record).toBe('quarantined')
    expect(kept.problem?.zh).toContain('项目登记中没有这一设备')
    expect(server.blobs.has(captures[0]!.sha256)).toBe(true)
  })

  it('clears the word of quarantine when the receipt says that a person accepted it', async () => {
    const { id } = await handedIn([3000])
    server.recordState = 'quarantined'
    await runOutbox(mine(), server.way)
    server.records.get(id)!.state = 'accepted'
    await runOutbox(mine(), server.way, { now: () => Date.now() + 2 * 3600_000 })
    expect(await parcel()).toMatchObject({ record: 'accepted', problem: null, reasons: [] })
  })

  it('keeps a refused record with the server\'s words, sends its photos, and tries again when asked', async () => {
    const { id, captures } = await handedIn([3000])
    server.fault = (method, path) => (method === 'PUT' && path.startsWith('/api/visits') ? server.problem(403, 'NotAllowed') : null)
    await runOutbox(mine(), server.way)
    expect((await parcel()).problem?.zh).toContain('NotAllowed')
    expect(server.blobs.has(captures[0]!.sha256)).toBe(true)
    expect(await chunksKept(captures[0]!.id)).toBe(1)

    server.fault = () => null
    await runOutbox(mine(), server.way)
    expect(server.records.has(id)).toBe(false)
    await runOutbox(mine(), server.way, { insist: true })
    expect(await parcel()).toMatchObject({ record: 'accepted', problem: null })
  })

  it('does not hold up other visits when the server stumbles over one', async () => {
    const { id: poison } = await handedIn([3000])
    const { id: fine } = await handedIn([4000])
    server.fault = (_, path) => (path === `/api/visits/${poison}` ? server.problem(500, 'Stumbled') : null)
    expect((await runOutbox(mine(), server.way)).outcome).toBe('later')
    expect(server.records.has(fine)).toBe(true)
    expect((await mine().database.drafts.get(fine))?.state).toBe('done')
  })

  it('sends the other files when the server refuses one', async () => {
    const { captures } = await handedIn([3000, 4000])
    const [large, small] = captures as [Capture, Capture]
    const { reach } = server
    server.fault = (method, path) => (method === 'PUT' && path.startsWith('/api/visits') ? server.problem(403, 'NotAllowed') : null)
    const picky = async (path: string, init: RequestInit) =>
      path === '/api/uploads' && String(init.body).includes(large.sha256) ? server.problem(413, 'FileTooLarge') : reach(path, init)
    await runOutbox(mine(), { ...server.way, reach: picky })
    expect(server.blobs.has(small.sha256)).toBe(true)
    expect((await parcel()).files.find(({ sha256 }) => sha256 === large.sha256)).toMatchObject({ state: 'refused', detail: 'FileTooLarge。' })
    expect(await chunksKept(large.id)).toBe(1)
  })
})

describe('the receipt', () => {
  it('lets nothing go when its signature is not by the pinned key', async () => {
    const { captures } = await handedIn([3000])
    server.forgeReceipts = true
    expect((await runOutbox(mine(), server.way)).outcome).toBe('later')
    expect(await chunksKept(captures[0]!.id)).toBe(1)
    expect((await parcel()).problem?.zh).toContain('签名不对')

    server.forgeReceipts = false
    await until('settled')
    expect(await parcel()).toMatchObject({ problem: null })
    expect(await chunksKept(captures[0]!.id)).toBe(0)
  })

  it('lets a file go that it names, whatever another record claims under the same id', async () => {
    const { captures: [one] } = await handedIn([3000])
    server.alsoReceipted = [{ id: one!.id, sha256: 'f'.repeat(64), size: 1, stored_at: null, intake: 'waiting' }]
    await until('settled')
    expect(await chunksKept(one!.id)).toBe(0)
  })

  it('lets nothing go for bytes that are other than its own', async () => {
    const { captures: [one] } = await handedIn([3000])
    server.checksAtOnce = false
    server.alsoReceipted = [{ id: one!.id, sha256: 'f'.repeat(64), size: 1, stored_at: '2026-11-18T01:00:00.000Z', intake: 'waiting' }]
    expect((await runOutbox(mine(), server.way)).outcome).toBe('checking')
    expect(await chunksKept(one!.id)).toBe(1)
  })

  it('lets go only what it names, and keeps the rest', async () => {
    const { captures } = await handedIn([3000, 4000])
    const [first, second] = captures as [Capture, Capture]
    server.partFault = (_, upload) => (upload.sha256 === second.sha256 ? 'spoil' : null)
    server.checksAtOnce = false
    await runOutbox(mine(), server.way)
    await server.finishChecks()
    await runOutbox(mine(), server.way)
    expect([await chunksKept(first.id), await chunksKept(second.id)]).toEqual([0, 1])
  })
})

describe('two at once', () => {
  it('are one: the second tab leaves it to the first', async () => {
    await handedIn([3000])
    server.requests.length = 0
    const ended = await Promise.all([runOutbox(mine(), server.way), runOutbox(mine(), server.way)])
    expect(ended.map(({ outcome }) => outcome).sort()).toEqual(['settled', 'taken'])
    expect(server.asked('PUT /api/visits')).toHaveLength(1)
  })

  it("never lets one person's visit travel under another's cookie", async () => {
    const { id } = await handedIn([3000])
    const lins = mine()
    await signIn('zhao', 'right', server.reach)
    expect((await runOutbox(lins, server.way)).outcome).toBe('later')
    expect(server.records.has(id)).toBe(false)

    await signIn('lin', 'right', server.reach)
    expect((await runOutbox(mine(), server.way)).outcome).toBe('settled')
    expect(server.records.has(id)).toBe(true)
  })
})

describe('what goes wrong on the phone itself while a file travels', () => {
  it('is not laid to the file: another person signed in meanwhile', async () => {
    await handedIn([3000])
    const lins = mine()
    server.partFault = () => ({ status: 403, etag: null }) // the URL is over, and a fresh one is asked for
    const { carry } = server
    const changing = async (...given: Parameters<typeof carry>) => {
      await signIn('zhao', 'right', server.reach)
      return carry(...given)
    }
    expect((await runOutbox(lins, { ...server.way, carry: changing })).outcome).toBe('later')
    expect((await parcelsIn(lins))[0]).toMatchObject({ problem: null, files: [{ state: 'waiting' }] })
  })

  it('is not laid to the file: the browser could not write for a moment', async () => {
    await handedIn([3000])
    const { database } = mine()
    const failing = () => {
      database.parcels.hook('updating').unsubscribe(failing)
      throw new DOMException('Connection to Indexed Database server lost', 'UnknownError')
    }
    const { carry } = server
    const hiccup = async (...given: Parameters<typeof carry>) => {
      const reply = await carry(...given)
      database.parcels.hook('updating', failing)
      return reply
    }
    await expect(runOutbox(mine(), { ...server.way, carry: hiccup })).rejects.toMatchObject({ code: 'NotKept' })
    expect(await parcel()).toMatchObject({ problem: null, files: [{ state: 'waiting' }] })
    await until('settled')
  })

  it('ends the pass in peace where the person has signed out meanwhile', async () => {
    await handedIn([3000])
    const from = mine()
    const { carry } = server
    const leaving = async (...given: Parameters<typeof carry>) => {
      const reply = await carry(...given)
      from.database.close()
      return reply
    }
    expect((await runOutbox(from, { ...server.way, carry: leaving })).outcome).toBe('later')
    await from.database.open()
  })
})

describe('a session that ended', () => {
  it('is renewed by the phone\'s key without a word', async () => {
    const { id } = await handedIn([3000])
    server.cookie = null
    expect((await runOutbox(mine(), server.way)).outcome).toBe('settled')
    expect(server.records.has(id)).toBe(true)
  })

  it('that cannot be renewed leaves everything where it is', async () => {
    const { captures } = await handedIn([3000])
    server.cookie = null
    server.devices.clear()
    expect((await runOutbox(mine(), server.way)).outcome).toBe('later')
    expect(await sha256Of(await bytesOf(captures[0]!.id))).toBe(await sha256Of(bytesOfSize(3000, 1)))
  })
})

async function handedIn(sizes: number[]): Promise<{ id: string; captures: Capture[] }> {
  const { draft, captures } = await visitWith(server, sizes)
  await finishDraft(draft.id)
  return { id: draft.id, captures }
}

async function until(outcome: string): Promise<void> {
  for (let n = 0; n < 5; n += 1) if ((await runOutbox(mine(), server.way)).outcome === outcome) return
  throw new Error(`never ${outcome}`)
}

async function parcel(): Promise<Parcel> {
  return (await parcelsIn(mine()))[0]!
}

it('leaves originals for Wi-Fi where the person chose so, sends them when asked, and never holds up the record', async () => {
  const server = await signedInPhone()
  const { draft } = await visitWith(server, [3000])
  await finishDraft(draft.id)
  server.onWifi = false
  expect((await runOutbox(mine(), server.way)).outcome).toBe('later')
  expect([server.records.size, server.blobs.size]).toEqual([1, 0])
  await runOutbox(mine(), server.way, { insist: true })
  expect(server.blobs.size).toBe(1)
})

it('names each file by its item and shot', async () => {
  const server = await signedInPhone()
  const { draft } = await visitWith(server, [])
  await take(draft, { question: 'fire.fire_lane@site', category: null })
  await finishDraft(draft.id)
  const [parcel] = await parcelsIn(mine())
  expect(parcel!.files[0]!.shown[0]).toMatchObject({ shot: 'far', item: { zh: expect.stringContaining('消防') as string } })
})
