import { Server, signedInPhone, take, taskOf, visitWith } from './phone.testing'
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { nextTick } from 'vue'
import { exportUnsent, noteSaved } from './keeping/exporting'
import { deviceOf } from './device'
import { bytesOf, capturesIn } from './local/captures'
import { linksOf } from './local/chain'
import { finishDraft } from './local/finishing'
import { keepFact, keyring } from './local/keyring'
import { openWithPin, hasPin } from './local/pin'
import { startDraft } from './local/drafts'
import { beginFilm } from './local/films'
import { closeLocal, local, mine } from './local/person'
import { refreshTasks } from './local/tasks'
import { isOpen, lock, lockIfDue, lockNow, lockWhereDue, unlock, watchLock } from './locking'
import { runOutbox } from './outbox/runner'
import { guardByPin, openSession, renew, restoreSession, session, signIn, signOut } from './session'
import type { Draft } from './types'

const PIN = '482915'
const DAY = 86_400_000

let server: Server
let draft: Draft
let photo: string

beforeEach(async () => {
  lock.value = null
  server = await signedInPhone()
  const visit = await visitWith(server, [3000])
  draft = visit.draft
  photo = visit.captures[0]!.id
})

/** The browser is closed and opened again: nothing is left in memory. */
async function coldStart() {
  const keys = await keyring.dataKeys.toArray()
  closeLocal()
  session.value = null
  await Promise.all(keys.map(({ personId }) => forgetKeyInMemory(personId)))
  return restoreSession()
}

async function forgetKeyInMemory(personId: string): Promise<void> {
  const row = (await keyring.dataKeys.get(personId))!
  const { destroyKey } = await import('./local/keyring')
  await destroyKey(personId)
  await keyring.dataKeys.put(row)
}

it('asks for the digits at a cold start, and opens with them alone', async () => {
  const personId = mine().personId
  await guardByPin(PIN, server.reach)
  expect(await coldStart()).toBeNull()
  expect([lock.value, isOpen('/'), isOpen('/lock')]).toEqual(['pin', false, true])
  await expect(unlock('000000')).rejects.toMatchObject({ code: 'WrongPin' })
  expect(local.value).toBeNull()

  await unlock(PIN)
  await openSession(personId)
  expect([lock.value, (await bytesOf(photo)).byteLength]).toEqual([null, 3000])
})

it('slows guessing down, and deletes nothing', async () => {
  const { personId } = mine()
  await guardByPin(PIN, server.reach)
  for (let n = 0; n < 4; n += 1) await expect(openWithPin(personId, '111111', 1000)).rejects.toMatchObject({ code: 'WrongPin' })
  await expect(openWithPin(personId, '111111', 1000)).rejects.toMatchObject({ code: 'TooManyGuesses' })
  await expect(openWithPin(personId, PIN, 20_000)).rejects.toMatchObject({ code: 'TooManyGuesses' })
  await openWithPin(personId, PIN, 32_000)
  expect(await bytesOf(photo)).toBeDefined()
})

it('locks nobody out for years whose clock was wrong', async () => {
  const { personId } = mine()
  const now = Date.now()
  await guardByPin(PIN, server.reach)
  for (let n = 0; n < 5; n += 1) await expect(openWithPin(personId, '111111', now + 999 * DAY)).rejects.toThrow()
  await expect(openWithPin(personId, PIN, now)).rejects.toMatchObject({ code: 'TooManyGuesses' })
  await openWithPin(personId, PIN, now + 3600_001)
  expect(await bytesOf(photo)).toBeDefined()
})

it('locks an idle screen, but never one that records a statement', async () => {
  await guardByPin(PIN, server.reach)
  const film = await beginFilm({ draft, question: null, category: null, shot: 'statement', findingId: null, mediaType: 'audio/webm' })
  await lockIfDue(6 * 60_000)
  expect(lock.value).toBeNull()
  film.add(new Blob([new Uint8Array(2000)]))
  await film.finish()
  await lockIfDue(6 * 60_000)
  expect(lock.value).toBe('pin')
})

it('locks an app that is never closed after seven days without the server', async () => {
  await keepFact('last-contact', Date.now())
  await lockIfDue(0, Date.now() + 6 * DAY)
  expect(lock.value).toBeNull()
  await lockIfDue(0, Date.now() + 8 * DAY)
  expect(lock.value).toBe('stale')
})

it('leaves no screen in sight that a lock does not leave open', async () => {
  const barred: string[] = []
  const stop = watchLock(() => '/visits/1', () => barred.push(lock.value!))
  lock.value = 'stale'
  await nextTick()
  server.revoked.add((await deviceOf(mine().personId))!.id)
  server.cookie = null
  await renew(server.reach)
  await nextTick()
  stop()
  expect(barred).toEqual(['revoked'])
})

it('keeps no key in the open once the digits guard it', async () => {
  await guardByPin(PIN, server.reach)
  const row = (await keyring.dataKeys.get(mine().personId))!
  expect([row.wrapped, row.pin!.rounds >= 600_000, row.wrapping.extractable]).toEqual([null, true, false])
})

it('goes on sending while the screens are locked', async () => {
  await guardByPin(PIN, server.reach)
  await finishDraft(draft.id)
  expect(await lockNow()).toBe(true)
  expect(isOpen('/visits')).toBe(false)
  await runOutbox(mine(), server.way)
  expect([server.records.size, server.blobs.size]).toEqual([1, 1])
})

it('helps who forgot the digits, by the password and the server', async () => {
  const { personId } = mine()
  await guardByPin(PIN, server.reach)
  await coldStart()
  await expect(signIn('lin', 'right', server.reach)).rejects.toMatchObject({ code: 'Locked' })
  await signIn('lin', 'right', server.reach, '135790')
  expect((await bytesOf(photo)).byteLength).toBe(3000)
  await coldStart()
  await expect(openWithPin(personId, PIN)).rejects.toMatchObject({ code: 'WrongPin' })
  await openWithPin(personId, '135790')
})

it('after seven days without the server leaves capture, sending and export open, and nothing else', async () => {
  const { personId } = mine()
  await keepFact('last-contact', Date.now())
  await lockWhereDue(personId, Date.now() + 6 * DAY)
  expect(lock.value).toBeNull()
  await lockWhereDue(personId, Date.now() + 8 * DAY)
  expect(['/', '/visits', '/me', `/visits/${draft.id}`, '/keep', '/outbox'].map(isOpen)).toEqual([false, false, false, true, true, true])
  await take(draft)
  expect(await capturesIn(draft.id)).toHaveLength(2)
})

it('learns that it was revoked, and gives nothing away before all is sent or exported', async () => {
  server.revoked.add((await deviceOf(mine().personId))!.id)
  server.cookie = null
  expect(await renew(server.reach)).toBe(false)
  expect([lock.value, isOpen('/'), isOpen('/keep')]).toEqual(['revoked', false, true])
  await expect(signOut(server.reach)).rejects.toMatchObject({ code: 'NotYetSent' })
  await noteSaved(await exportUnsent('三号塔机 2026'))
  await signOut(server.reach)
  expect([local.value, await keyring.dataKeys.get(server.people.lin!), (await indexedDB.databases()).some(({ name }) => name?.includes(server.people.lin!))]).toEqual([null, undefined, false])
})

it('forgets everything by itself once it was revoked and nothing is only here', async () => {
  await finishDraft(draft.id)
  await runOutbox(mine(), server.way)
  server.revoked.add((await deviceOf(mine().personId))!.id)
  server.cookie = null
  expect(await renew(server.reach)).toBe(false)
  expect([local.value, session.value, lock.value, await keyring.dataKeys.get(server.people.lin!)]).toEqual([null, null, 'revoked', undefined])
  expect(await restoreSession()).toBeNull()
  await signIn('lin', 'right', server.reach)
  expect([lock.value, isOpen('/')]).toEqual([null, true])
})

it('tells its other tabs that everything was forgotten', async () => {
  await finishDraft(draft.id)
  await runOutbox(mine(), server.way)
  const heard: unknown[] = []
  const tab = new BroadcastChannel('fieldapp-session')
  onTestFinished(() => tab.close())
  tab.onmessage = ({ data }) => heard.push(data)
  server.revoked.add((await deviceOf(mine().personId))!.id)
  server.cookie = null
  await renew(server.reach)
  await vi.waitFor(() => expect(heard).toHaveLength(1))
})

it('leaves nothing readable behind a sign-out, and its chain goes on at the next', async () => {
  await finishDraft(draft.id)
  await runOutbox(mine(), server.way)
  await signOut(server.reach)
  await signIn('lin', 'right', server.reach)
  server.tasks = [taskOf()]
  await refreshTasks(server.reach)
  const next = await startDraft(server.tasks[0]!)
  const [downloaded] = await linksOf([next.task.id], new Set(), mine())
  expect((JSON.parse(downloaded!.seal) as { position: number }).position).toBe(4)
  expect(await hasPin(mine().personId)).toBe(false)
})
