import { bytesOfSize, chunksKept, Server, signedInPhone, take, taskOf } from '../phone.testing'
import Dexie from 'dexie'
import { beforeEach, expect, it } from 'vitest'
import { capturesIn, bytesOf, removeCapture } from '../local/captures'
import { linksOf } from '../local/chain'
import { writePiece } from '../local/chunks'
import { closeDraft, openDraft, startDraft } from '../local/drafts'
import { beginFilm } from '../local/films'
import { finishDraft } from '../local/finishing'
import { keyring } from '../local/keyring'
import { closeLocal, mine } from '../local/person'
import { sweepChunks } from '../local/sweeping'
import { refreshTasks } from '../local/tasks'
import { runOutbox } from '../outbox/runner'
import { signIn, signOut } from '../session'
import type { Draft } from '../types'
import { exportUnsent, handOver, noteSaved, takeBack } from './exporting'
import { restoreExport } from './restoring'

const PASSPHRASE = '三号塔机 2026'

let server: Server
let draft: Draft
let queued: string

/** One visit in the outbox, one in the making with a photo that was taken back. */
beforeEach(async () => {
  server = await signedInPhone()
  server.tasks = [taskOf(), taskOf()]
  await refreshTasks(server.reach)
  const first = await startDraft(server.tasks[0]!)
  await take(first, { bytes: bytesOfSize(2_500_000, 3) })
  queued = first.id
  await finishDraft(first.id)
  draft = await startDraft(server.tasks[1]!)
  draft.arrival = { lon: 1, lat: 2, datum: 'WGS-84', accuracy_m: 3, age_s: 4, at: '2026-11-18T01:00:00.000Z' }
  await take(draft, { bytes: bytesOfSize(900, 5) })
})

/** The person takes another phone: nothing of the first one is on it but what the file brings. */
async function otherPhone(name = 'lin'): Promise<void> {
  await closeDraft(draft.id)
  const { personId, database } = mine()
  database.close()
  closeLocal()
  await Dexie.delete(`fieldapp-${personId}`)
  await Promise.all([keyring.devices.clear(), keyring.dataKeys.clear(), keyring.facts.clear()])
  await signIn(name, 'right', server.reach)
}

it('brings everything unsent to another phone, which sends it once and byte for byte', async () => {
  const { file, visits } = await exportUnsent(PASSPHRASE)
  const [device] = await keyring.devices.toArray()
  await otherPhone()

  expect([visits, await restoreExport(file, PASSPHRASE)]).toEqual([2, { visits: 2, there: 0 }])
  expect(await restoreExport(file, PASSPHRASE)).toEqual({ visits: 0, there: 2 })

  await runOutbox(mine(), server.way)
  await finishDraft(draft.id)
  await runOutbox(mine(), server.way)
  expect([...server.records.keys()].sort()).toEqual([queued, draft.id].sort())
  expect(server.records.get(queued)!.device).toBe(device!.id)
  expect(server.asked(`PUT /api/visits/${queued}`)).toHaveLength(1)
  const sent = [...server.blobs.values()].map(({ byteLength }) => byteLength).sort()
  expect(sent).toEqual([2_500_000, 900].sort())
})

it('loses no photo to another tab that opens while the file is taken in', async () => {
  const { file } = await exportUnsent(PASSPHRASE)
  await otherPhone()
  const watched = { size: file.size, slice: (from: number, to: number) => ({ arrayBuffer: async () => {
    await sweepChunks()
    return file.slice(from, to).arrayBuffer()
  } }) }
  await restoreExport(watched as Blob, PASSPHRASE)
  const [photo] = await capturesIn(queued)
  expect((await bytesOf(photo!.id)).byteLength).toBe(2_500_000)
})

it('loses no photo where two tabs take the same file in at once', async () => {
  const { file } = await exportUnsent(PASSPHRASE)
  await otherPhone()
  const taken = await Promise.all([restoreExport(file, PASSPHRASE), restoreExport(file, PASSPHRASE)])
  expect(taken).toEqual([{ visits: 2, there: 0 }, { visits: 0, there: 2 }])
  const photos = [...await capturesIn(queued), ...await capturesIn(draft.id)]
  const sizes = await Promise.all(photos.map(async ({ id }) => (await bytesOf(id)).byteLength))
  expect(sizes).toEqual([2_500_000, 900])
})

it('gives the draft back as it was, with its photos and its links', async () => {
  const before = await linksOf([draft.id, draft.task.id], new Set(), mine())
  const { file } = await exportUnsent(PASSPHRASE)
  await otherPhone()
  await restoreExport(file, PASSPHRASE)

  const opened = await openDraft(draft.id)
  const [photo] = await capturesIn(draft.id)
  expect([opened.arrival?.lat, Buffer.compare(Buffer.from(await bytesOf(photo!.id)), Buffer.from(bytesOfSize(900, 5)))]).toEqual([2, 0])
  expect(await linksOf([draft.id, draft.task.id], new Set(), mine())).toEqual(before)
})

it('does not open with another passphrase', async () => {
  const { file } = await exportUnsent(PASSPHRASE)
  await expect(restoreExport(file, `${PASSPHRASE}!`)).rejects.toMatchObject({ code: 'WrongPassphrase' })
  await expect(exportUnsent('short')).rejects.toMatchObject({ code: 'ShortPassphrase' })
})

it('hides what it holds', async () => {
  const { file } = await exportUnsent(PASSPHRASE)
  const bytes = Buffer.from(await file.arrayBuffer())
  for (const plain of ['滨江花园三期', draft.id, 'nonce-1']) expect(bytes.includes(plain)).toBe(false)
  expect(bytes.includes(Buffer.from(bytesOfSize(900, 5), 100, 64))).toBe(false)
})

it('takes nothing in by halves where the file was cut or changed', async () => {
  const { file } = await exportUnsent(PASSPHRASE)
  await otherPhone()
  const spoilt = new Uint8Array(await file.arrayBuffer())
  spoilt[spoilt.length - 1_500_000]! ^= 1
  await expect(restoreExport(new Blob([spoilt]), PASSPHRASE)).rejects.toMatchObject({ code: 'CutShort' })
  await expect(restoreExport(file.slice(0, file.size / 2), PASSPHRASE)).rejects.toMatchObject({ code: 'CutShort' })
  await expect(restoreExport(new Blob(['a photo']), PASSPHRASE)).rejects.toMatchObject({ code: 'NotAnExport' })
  const { database } = mine()
  expect([await database.drafts.where('state').equals('queued').count(), await database.captures.where('draftId').equals(queued).count()]).toEqual([0, 0])
})

it('stays with the person whose it is', async () => {
  const { file } = await exportUnsent(PASSPHRASE)
  await otherPhone('zhao')
  await expect(restoreExport(file, PASSPHRASE)).rejects.toMatchObject({ code: 'SomebodyElses' })
  expect(await mine().database.drafts.count()).toBe(0)
})

it('hands a draft to a colleague: locked here, going on there, and the chain says so', async () => {
  const { file } = await handOver(draft.id, PASSPHRASE)
  await expect(openDraft(draft.id)).rejects.toMatchObject({ code: 'HandedOver' })
  await otherPhone('zhao')

  await restoreExport(file, PASSPHRASE)
  await openDraft(draft.id)
  await finishDraft(draft.id)
  await runOutbox(mine(), server.way)
  const record = JSON.parse(server.records.get(draft.id)!.body) as { chain: { seal: string }[]; evidence: unknown[] }
  const kinds = record.chain.map(({ seal }) => (JSON.parse(seal) as { kind: string }).kind)
  expect(kinds.sort()).toEqual(['draft_handed_over', 'draft_received', 'task_downloaded', 'visit_started'])
  expect(record.evidence).toHaveLength(1)
})

/** Both people's phones are one here; their data, keys and devices are apart. */
async function passTo(name: string): Promise<void> {
  closeLocal()
  await signIn(name, 'right', server.reach)
}

async function takenInBy(name: string, file: Blob): Promise<Draft> {
  await passTo(name)
  await restoreExport(file, PASSPHRASE)
  return openDraft(draft.id)
}

it('hands over no draft that another tab has open', async () => {
  await closeDraft(draft.id)
  let release = () => {}
  await new Promise<void>((held) => {
    void navigator.locks.request(`fieldapp-draft-${draft.id}`, () => new Promise<void>((letGo) => { release = letGo; held() }))
  })
  await expect(handOver(draft.id, PASSPHRASE)).rejects.toMatchObject({ code: 'OpenElsewhere' })
  expect((await mine().database.drafts.get(draft.id))?.state).toBe('draft')
  release()
})

it('says nothing in the chain of a hand-over that a short passphrase stopped', async () => {
  const before = await mine().database.links.count()
  await expect(handOver(draft.id, 'short')).rejects.toMatchObject({ code: 'ShortPassphrase' })
  expect(await mine().database.links.count()).toBe(before)
})

it('takes a draft back in from the colleague who went on with it, and hands it in from here', async () => {
  const [mineBefore] = await capturesIn(draft.id)
  const second = await take(draft, { bytes: bytesOfSize(800, 6) })
  const theirs = await takenInBy('zhao', (await handOver(draft.id, PASSPHRASE)).file)
  theirs.arrival!.lat = 7
  const added = await take(theirs, { bytes: bytesOfSize(1_200_000, 7) })
  await removeCapture(second.id)
  const back = await handOver(draft.id, PASSPHRASE)

  const again = await takenInBy('lin', back.file)
  expect([again.arrival!.lat, (await capturesIn(draft.id)).map(({ id }) => id)]).toEqual([7, [mineBefore!.id, added.id]])
  expect(Buffer.compare(Buffer.from(await bytesOf(added.id)), Buffer.from(bytesOfSize(1_200_000, 7)))).toBe(0)
  expect(await chunksKept(second.id)).toBe(0)
  const zhao = (await keyring.devices.get(server.people.zhao!))!.id
  const links = (await linksOf([draft.id], new Set(), mine())).map(({ seal }) => JSON.parse(seal) as Record<string, unknown>)
  expect(links.filter(({ kind, device_id }) => kind === 'draft_received' && device_id !== zhao)).toMatchObject([{ from_device: zhao }])

  await finishDraft(draft.id)
  await runOutbox(mine(), server.way)
  const record = JSON.parse(server.records.get(draft.id)!.body) as { evidence: { id: string }[] }
  expect(record.evidence.map(({ id }) => id)).toEqual([mineBefore!.id, added.id])
})

it('keeps its own photos where the file that comes back was cut', async () => {
  const [photo] = await capturesIn(draft.id)
  await takenInBy('zhao', (await handOver(draft.id, PASSPHRASE)).file)
  const { file } = await handOver(draft.id, PASSPHRASE)
  await passTo('lin')
  await expect(restoreExport(file.slice(0, file.size - 40), PASSPHRASE)).rejects.toMatchObject({ code: 'CutShort' })
  await takeBack(draft.id)
  expect(Buffer.compare(Buffer.from(await bytesOf(photo!.id)), Buffer.from(bytesOfSize(900, 5)))).toBe(0)
})

it('leaves alone what was done here since an older hand-over', async () => {
  await takenInBy('zhao', (await handOver(draft.id, PASSPHRASE)).file)
  const old = await handOver(draft.id, PASSPHRASE)
  await passTo('lin')
  await takeBack(draft.id)
  const late = await take(await openDraft(draft.id))
  await handOver(draft.id, PASSPHRASE)
  expect(await restoreExport(old.file, PASSPHRASE)).toEqual({ visits: 0, there: 1 })
  await takeBack(draft.id)
  expect((await capturesIn(draft.id)).map(({ id }) => id)).toContain(late.id)
})

it('goes on here where the file was lost', async () => {
  await handOver(draft.id, PASSPHRASE)
  await takeBack(draft.id)
  expect((await openDraft(draft.id)).arrival?.lat).toBe(2)
})

it('does not let the keys go after a photo that was taken, or taken out, since the export', async () => {
  await noteSaved(await exportUnsent(PASSPHRASE))
  const late = await take(draft)
  await expect(signOut(server.reach)).rejects.toMatchObject({ code: 'NotYetSent' })
  await noteSaved(await exportUnsent(PASSPHRASE))
  await removeCapture(late.id)
  await expect(signOut(server.reach)).rejects.toMatchObject({ code: 'NotYetSent' })
  await noteSaved(await exportUnsent(PASSPHRASE))
  await signOut(server.reach)
})

it('does not let the keys go with a file that nobody saved', async () => {
  const made = await exportUnsent(PASSPHRASE)
  await expect(signOut(server.reach)).rejects.toMatchObject({ code: 'NotYetSent' })
  await noteSaved(made)
  await signOut(server.reach)
})

it('does not let the keys go with a draft that was handed over in a file that nobody saved', async () => {
  await runOutbox(mine(), server.way)
  const made = await handOver(draft.id, PASSPHRASE)
  await expect(signOut(server.reach)).rejects.toMatchObject({ code: 'NotYetSent', unsent: { drafts: 1 } })
  await noteSaved(made)
  await signOut(server.reach)
})

it('asks for a new file once a draft was taken back', async () => {
  await noteSaved(await exportUnsent(PASSPHRASE))
  await noteSaved(await handOver(draft.id, PASSPHRASE))
  await takeBack(draft.id)
  await expect(signOut(server.reach)).rejects.toMatchObject({ code: 'NotYetSent' })
  await noteSaved(await handOver(draft.id, PASSPHRASE))
  await signOut(server.reach)
})

it('does not let the keys go over a video that is being filmed', async () => {
  const film = await beginFilm({ draft, question: null, category: 'fire', shot: 'video', findingId: null, mediaType: 'video/webm' })
  film.add(new Blob([bytesOfSize(700, 9)]))
  await noteSaved(await exportUnsent(PASSPHRASE))
  await expect(signOut(server.reach)).rejects.toMatchObject({ code: 'NotYetSent' })
  await film.finish()
  await expect(signOut(server.reach)).rejects.toMatchObject({ code: 'NotYetSent' })
})

it('takes a video along that a crash cut off', async () => {
  await cutOff()
  const { file } = await exportUnsent(PASSPHRASE)
  await otherPhone()
  await restoreExport(file, PASSPHRASE)
  expect((await capturesIn(draft.id)).map(({ shot }) => shot)).toContain('video')
})

/** A film whose tab died: another page would find its pieces, and nobody who holds them. */
async function cutOff(): Promise<void> {
  const { database, vault } = mine()
  const id = crypto.randomUUID()
  const facts = { question: null, category: 'fire', shot: 'video', findingId: null, mediaType: 'video/webm', capturedAt: draft.startedAt, fix: null, positionState: 'off' }
  await database.films.add({ id, draftId: draft.id, sealed: await vault.sealJson(`films/${id}`, facts) })
  await writePiece(id, 0, bytesOfSize(700, 9), mine())
}
