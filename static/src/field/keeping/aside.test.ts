/** Who forgot the PIN of a phone that was enrolled anew: what its old key keeps, and the way back to it. */
import { Server, signedInPhone, visitWith } from '../phone.testing'
import { beforeEach, expect, it } from 'vitest'
import { deviceOf } from '../device'
import { bytesOf, capturesIn } from '../local/captures'
import { closeDraft, openDraft } from '../local/drafts'
import { finishDraft } from '../local/finishing'
import { destroyKey, keyring } from '../local/keyring'
import { closeLocal, mine } from '../local/person'
import { hasPin, openWithPin } from '../local/pin'
import { lock, unlock } from '../locking'
import { runOutbox } from '../outbox/runner'
import { guardByPin, openSession, restoreSession, session, signIn, signOut } from '../session'
import type { Draft } from '../types'
import { asides, fetchBack } from './aside'
import { exportUnsent } from './exporting'
import { restoreExport } from './restoring'

const PIN = '482915'
const NEW = '135790'

let server: Server
let draft: Draft
let queued: string

/** One visit handed in and not sent, one in the making; the phone is guarded, revoked and closed. */
beforeEach(async () => {
  lock.value = null
  server = await signedInPhone()
  const first = await visitWith(server, [4000])
  queued = first.draft.id
  await finishDraft(queued)
  ;({ draft } = await visitWith(server, [3000]))
  draft.words = 'typed'
  await closeDraft(draft.id)
  await guardByPin(PIN, server.reach)
  server.revoked.add((await deviceOf(mine().personId))!.id)
  server.cookie = null
  await coldStart()
})

async function coldStart(): Promise<void> {
  const rows = await keyring.dataKeys.toArray()
  closeLocal()
  session.value = null
  for (const { personId } of rows) await destroyKey(personId) // what is in memory goes with its page
  await keyring.dataKeys.bulkPut(rows)
  await restoreSession()
}

const signInAnew = () => signIn('lin', 'right', server.reach, NEW, true)

it('is told that the old key is lost to the server, and nothing is touched', async () => {
  const rows = await keyring.dataKeys.toArray()
  await expect(signIn('lin', 'right', server.reach, NEW)).rejects.toMatchObject({ code: 'NoRecovery' })
  await expect(signIn('lin', 'right', server.reach, NEW)).rejects.toMatchObject({ code: 'NoRecovery' })
  expect((await keyring.dataKeys.toArray()).map(({ personId, recovery }) => [personId, recovery])).toEqual(rows.map(({ personId, recovery }) => [personId, recovery]))
  await openWithPin(server.people.lin!, PIN)
})

it('goes on beside it under a new PIN, and knows what lies there', async () => {
  await signInAnew()
  expect([lock.value, await hasPin(server.people.lin!), (await asides()).map(({ visits }) => visits)]).toEqual([null, true, [2]])
  expect(await mine().database.drafts.count()).toBe(0)
  const next = await visitWith(server, [900])
  await finishDraft(next.draft.id)
  await runOutbox(mine(), server.way)
  expect([...server.records.keys()]).toEqual([next.draft.id])

  await coldStart()
  expect(lock.value).toBe('pin')
  await unlock(NEW)
  await openSession(server.people.lin!)
  expect(await mine().database.drafts.count()).toBe(1)
})

it('fetches it once the PIN is known again: drafts go on, parcels are sent, each once', async () => {
  await signInAnew()
  const [aside] = await asides()
  await expect(fetchBack(aside!.id, '000000')).rejects.toMatchObject({ code: 'WrongPin' })
  expect(await fetchBack(aside!.id, PIN)).toEqual({ visits: 2, there: 0, left: 0 })
  expect([await asides(), (await keyring.dataKeys.toArray()).filter(({ personId }) => personId.startsWith(server.people.lin!)).length]).toEqual([[], 1])
  expect((await indexedDB.databases()).filter(({ name }) => name?.includes(server.people.lin!)).length).toBe(1)

  const [photo] = await capturesIn(draft.id)
  expect([(await openDraft(draft.id)).words, (await bytesOf(photo!.id)).byteLength]).toEqual(['typed', 3000])
  await finishDraft(draft.id)
  await runOutbox(mine(), server.way)
  expect([...server.records.keys()].sort()).toEqual([queued, draft.id].sort())
  expect([...server.blobs.values()].map(({ byteLength }) => byteLength).sort()).toEqual([3000, 4000])
})

it('keeps aside what a sign-out would take from the phone, and what cannot be read', async () => {
  await signInAnew()
  await signOut(server.reach)
  await signIn('lin', 'right', server.reach)
  const [aside] = await asides()
  expect([await hasPin(server.people.lin!), aside!.visits]).toEqual([false, 2])
  const row = (await keyring.dataKeys.get(aside!.id))!
  const { LocalDatabase } = await import('../local/database')
  const old = new LocalDatabase(server.people.lin!, row.database)
  await old.drafts.update(queued, { sealed: new ArrayBuffer(64) })
  old.close()
  expect(await fetchBack(aside!.id, PIN)).toEqual({ visits: 1, there: 0, left: 1 })
  expect((await asides()).map(({ visits }) => visits)).toEqual([2])
  expect(await fetchBack(aside!.id, PIN)).toEqual({ visits: 0, there: 1, left: 1 })
})

it('keeps aside what an older export, taken in meanwhile, stands in the way of', async () => {
  await unlock(PIN)
  await openSession(server.people.lin!)
  const { file } = await exportUnsent('a long passphrase')
  const later = await openDraft(draft.id)
  later.words = 'typed later'
  await closeDraft(draft.id)
  await coldStart()
  await signInAnew()
  await restoreExport(file, 'a long passphrase')
  const [aside] = await asides()

  expect(await fetchBack(aside!.id, PIN)).toEqual({ visits: 0, there: 2, left: 0 })
  expect((await asides()).map(({ id }) => id)).toEqual([aside!.id])
})

it('is done with what was fetched twice', async () => {
  await signInAnew()
  const [aside] = await asides()
  const film = { id: 'film', draftId: draft.id } as never
  const row = (await keyring.dataKeys.get(aside!.id))!
  const { LocalDatabase } = await import('../local/database')
  const old = new LocalDatabase(server.people.lin!, row.database)
  await old.films.add(film)
  await fetchBack(aside!.id, PIN)
  await old.films.clear()
  old.close()

  expect(await fetchBack(aside!.id, PIN)).toEqual({ visits: 0, there: 2, left: 0 })
  expect(await asides()).toEqual([])
})

it('is helped by the server again after the PIN was given once to the phone that was enrolled anew', async () => {
  await unlock(PIN)
  await openSession(server.people.lin!)
  await signIn('lin', 'right', server.reach)
  await coldStart()
  await signIn('lin', 'right', server.reach, NEW)
  expect((await openDraft(draft.id)).words).toBe('typed')
  await coldStart()
  await openWithPin(server.people.lin!, NEW)
})

it('is kept out by no server that cannot give the key just now', async () => {
  await unlock(PIN)
  await openSession(server.people.lin!)
  server.fault = (_, path) => (path.endsWith('/recovery-key') ? 'cut' : null)
  await signIn('lin', 'right', server.reach)
  expect(session.value?.person.id).toBe(server.people.lin)
})

it('needs no recovery where the phone was not closed since the PIN was given', async () => {
  await unlock(PIN)
  await openSession(server.people.lin!)
  await signIn('lin', 'right', server.reach, NEW)
  await coldStart()
  await openWithPin(server.people.lin!, NEW)
})

/** As a browser leaves it that lost what its own keys are kept under. */
async function spoilKey(personId: string): Promise<() => Promise<unknown>> {
  const { wrapped } = (await keyring.dataKeys.get(personId))!
  await keyring.dataKeys.update(personId, { wrapped: new ArrayBuffer(40) })
  return async () => keyring.dataKeys.update((await asides())[0]!.id, { wrapped })
}

it('goes on beside what lies under a key that cannot be used, and fetches it when the key works again', async () => {
  server = await signedInPhone()
  const { draft: kept } = await visitWith(server, [3000])
  kept.words = 'typed'
  await closeDraft(kept.id)
  const mend = await spoilKey(server.people.lin!)
  server.cookie = null
  await coldStart()
  await expect(signIn('lin', 'right', server.reach)).rejects.toMatchObject({ code: 'KeyLost' })

  await signIn('lin', 'right', server.reach, undefined, true)
  expect(await mine().database.drafts.count()).toBe(0)
  const [aside] = await asides()
  expect(aside).toMatchObject({ visits: 1, hasPin: false })
  await expect(fetchBack(aside!.id, '')).rejects.toMatchObject({ code: 'KeyLost' })
  expect(await asides()).toEqual([aside])

  await mend()
  expect(await fetchBack(aside!.id, '')).toEqual({ visits: 1, there: 0, left: 0 })
  expect([(await openDraft(kept.id)).words, await asides()]).toEqual(['typed', []])
})
