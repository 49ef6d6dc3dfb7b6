import { bytesOfSize, Server, signedInPhone, visitWith } from '../phone.testing'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Draft } from '../types'
import { bytesOf, capturesIn } from './captures'
import { sweepChunks } from './sweeping'
import { beginFilm, recoverFilms } from './films'
import { finishDraft } from './finishing'
import { mine } from './person'
import { exportUnsent, noteSaved } from '../keeping/exporting'
import { signOut } from '../session'

let server: Server
let draft: Draft

const seconds = [1, 2, 3].map(n => bytesOfSize(70_000 + n, n))
const joined = Buffer.concat(seconds.map(piece => Buffer.from(piece)))

beforeEach(async () => {
  server = await signedInPhone()
  ;({ draft } = await visitWith(server, []))
})

async function filmed() {
  const film = await beginFilm({ draft, question: null, category: 'fire', shot: 'video', findingId: null, mediaType: 'video/webm;codecs=vp9' })
  for (const piece of seconds) film.add(new Blob([piece]))
  return film
}

/** The app is killed while it films: what is in memory is gone, and the lock with it. */
async function killed() {
  await filmed()
  await until(async () => (await mine().database.chunks.where('captureId').above('').count()) === 3)
  const [row] = await mine().database.films.toArray()
  // Its tab is gone: the lock of this page is under another name.
  const copy = crypto.randomUUID()
  const { database, vault } = mine()
  const facts = await vault.openJson(`films/${row!.id}`, row!.sealed)
  const pieces = await Promise.all((await database.chunks.toArray()).map(async chunk => ({
    ...chunk, captureId: copy, sealed: await vault.seal(`chunks/${copy}/film/${chunk.index}`, await vault.open(`chunks/${row!.id}/film/${chunk.index}`, chunk.sealed)),
  })))
  await database.films.clear()
  await database.chunks.clear()
  await database.films.add({ id: copy, draftId: draft.id, sealed: await vault.sealJson(`films/${copy}`, facts) })
  await database.chunks.bulkAdd(pieces)
  return copy
}

it('is one capture, byte for byte, and leaves no pieces', async () => {
  const capture = await (await filmed()).finish()
  expect(capture).toMatchObject({ shot: 'video', mediaType: 'video/webm', size: joined.length, capture: 'live' })
  expect(Buffer.compare(Buffer.from(await bytesOf(capture.id)), joined)).toBe(0)
  expect([await mine().database.films.count(), await mine().database.chunks.where('captureId').equals(capture.id).count()]).toEqual([0, 1])
})

it('is on the phone second by second, and a capture after a crash', async () => {
  const id = await killed()
  await sweepChunks()
  expect(await recoverFilms()).toBe(1)
  const [capture] = await capturesIn(draft.id)
  expect([capture!.id, Buffer.compare(Buffer.from(await bytesOf(id)), joined)]).toEqual([id, 0])
  expect([await recoverFilms(), (await capturesIn(draft.id)).length]).toEqual([0, 1])
})

it('is in the record even where the visit is handed in before the app was opened anew', async () => {
  await killed()
  await finishDraft(draft.id)
  expect(await capturesIn(draft.id)).toHaveLength(1)
})

it('is not taken from a tab that still films it', async () => {
  const film = await filmed()
  expect(await recoverFilms()).toBe(0)
  await film.finish()
  expect(await capturesIn(draft.id)).toHaveLength(1)
})

it('ends where the phone is full, and not when the person has filmed to the end for nothing', async () => {
  const full = (_: unknown, { index }: { index: number }) => { if (index === 1) throw Object.assign(new Error('full'), { name: 'QuotaExceededError' }) }
  mine().database.chunks.hook('creating', full)
  const film = await beginFilm({ draft, question: null, category: 'fire', shot: 'video', findingId: null, mediaType: 'video/webm' })
  await new Promise<void>((stopped) => {
    film.endedBy(stopped)
    film.add(new Blob([seconds[0]!]))
    film.add(new Blob([seconds[1]!]))
  })
  await expect(film.finish()).rejects.toMatchObject({ code: 'NoSpace' })
  mine().database.chunks.hook('creating').unsubscribe(full)
  expect(await recoverFilms()).toBe(1)
  expect((await capturesIn(draft.id))[0]!.size).toBe(seconds[0]!.byteLength)
})

describe('on a phone without room for the whole', () => {
  const full = (_: unknown, { part }: { part: string }) => { if (part === 'original') throw Object.assign(new Error('full'), { name: 'QuotaExceededError' }) }
  const makeRoom = () => mine().database.chunks.hook('creating').unsubscribe(full)
  beforeEach(() => { mine().database.chunks.hook('creating', full) })

  it('stays in its pieces, and is a capture once there is room', async () => {
    await expect((await filmed()).finish()).rejects.toMatchObject({ code: 'NoSpace' })
    expect((await mine().database.chunks.toArray()).map(({ part }) => part)).toEqual(['film', 'film', 'film'])
    makeRoom()
    expect(await recoverFilms()).toBe(1)
    expect(Buffer.compare(Buffer.from(await bytesOf((await capturesIn(draft.id))[0]!.id)), joined)).toBe(0)
  })

  it('keeps no other film from being one', async () => {
    const [large, small] = [await filmed(), await filmed()]
    await Promise.allSettled([large.finish(), small.finish()])
    makeRoom()
    const [first] = await mine().database.films.toCollection().primaryKeys()
    const fullForOne = (_: unknown, { part, captureId }: { part: string; captureId: string }) => { if (captureId === first) full(_, { part }) }
    mine().database.chunks.hook('creating', fullForOne)
    await expect(recoverFilms()).rejects.toMatchObject({ code: 'NoSpace' })
    mine().database.chunks.hook('creating').unsubscribe(fullForOne)
    expect(await capturesIn(draft.id)).toHaveLength(1)
  })

  it('keeps nothing else from an export, which says what it lacks', async () => {
    await expect((await filmed()).finish()).rejects.toMatchObject({ code: 'NoSpace' })
    const exported = await exportUnsent('三号塔机 2026')
    makeRoom()
    expect(exported).toMatchObject({ visits: 1, lost: 1 })
    await noteSaved(exported)
    await expect(signOut(server.reach)).rejects.toMatchObject({ code: 'NotYetSent' })
  })
})

async function until(ready: () => Promise<boolean>): Promise<void> {
  while (!(await ready())) await new Promise(resolve => setTimeout(resolve, 5))
}
