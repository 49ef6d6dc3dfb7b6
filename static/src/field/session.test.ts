import { Server, signedInPhone, take, taskOf, visitWith } from './phone.testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Dexie } from 'dexie'
import { acknowledge } from './local/acknowledging'
import { LocalDatabase, nameOf } from './local/database'
import { startDraft } from './local/drafts'
import { keepFact, keyring } from './local/keyring'
import { closeLocal, local, mine } from './local/person'
import { deviceOf } from './device'
import { clockOffsetMs } from './clock'
import { finishDraft } from './local/finishing'
import { runOutbox } from './outbox/runner'
import { editionOf, refreshTasks, tasks } from './local/tasks'
import { needsPassword, renew, restoreSession, session, signIn, signOut, wantSigned } from './session'
import { at } from '../shared/api/describing'
import { get, type Reach } from './wire'

let server: Server

beforeEach(async () => {
  server = await signedInPhone()
})

it('enrols the key of the phone with the first sign-in', async () => {
  const device = (await deviceOf(mine().personId))!
  expect(server.devices.get(device.id)).toEqual({ personId: server.people.lin, publicKey: device.publicKey })
  expect(session.value?.device_id).toBe(device.id)
})

it('is the same phone at the next sign-in, and another one for another person', async () => {
  const first = (await deviceOf(mine().personId))!.id
  await signIn(' LIN ', 'right', server.reach)
  expect((await deviceOf(mine().personId))!.id).toBe(first)
  await signIn('zhao', 'right', server.reach)
  expect((await deviceOf(mine().personId))!.id).not.toBe(first)
})

it('starts again as a new phone where this one was revoked', async () => {
  const first = (await deviceOf(mine().personId))!.id
  server.requests.length = 0
  const isFirst = () => server.asked('POST /api/session').length === 1
  server.fault = (_, path) => (path === '/api/session' && isFirst() ? server.problem(422, 'Invalid', { where: '/device/id' }) : null)
  await signIn('lin', 'right', server.reach)
  expect((await deviceOf(mine().personId))!.id).not.toBe(first)
})

it('opens the last person\'s data after a cold start without a network', async () => {
  server.tasks = [taskOf()]
  await refreshTasks(server.reach)
  closeLocal()
  session.value = null

  expect((await restoreSession())?.person.name).toBe('林')
  while (!tasks.value.length) await new Promise(resolve => setTimeout(resolve, 5))
  expect(tasks.value[0]!.project.name).toBe('滨江花园三期')
  const offline = () => Promise.reject(new TypeError('no network'))
  expect((await editionOf(tasks.value[0]!.edition, offline)).id).toBe('monthly_check')
})

it('opens where the key of this phone cannot be used, and says so at the sign-in', async () => {
  await keyring.dataKeys.update(mine().personId, { wrapped: new ArrayBuffer(40) })
  closeLocal()
  session.value = null
  expect(await restoreSession()).toBeNull()
  await expect(signIn('lin', 'right', server.reach)).rejects.toMatchObject({ code: 'KeyLost' })
  expect(await keyring.dataKeys.count()).toBeGreaterThan(0)
})

it('keeps the tasks it has when the server cannot be reached', async () => {
  server.tasks = [taskOf()]
  await refreshTasks(server.reach)
  server.fault = () => 'cut'
  await expect(refreshTasks(server.reach)).rejects.toThrow()
  expect(await mine().database.tasks.count()).toBe(1)
})

it('does not take a checklist whose digest is not the task\'s', async () => {
  const edition = { ...taskOf().edition, digest: 'f'.repeat(64) }
  server.tasks = [taskOf({ edition })]
  await expect(refreshTasks(server.reach)).rejects.toMatchObject({ code: 'EditionMissing' })
  expect(await mine().database.tasks.count()).toBe(0)
})

it('takes the other tasks where the checklist of one does not come', async () => {
  const [lacking, fine] = [taskOf({ edition: { ...taskOf().edition, digest: 'f'.repeat(64) } }), taskOf()]
  server.tasks = [lacking, fine]
  await expect(refreshTasks(server.reach)).rejects.toMatchObject({ code: 'EditionMissing' })
  expect(await mine().database.tasks.toCollection().primaryKeys()).toEqual([fine.id])
})

it('learns how far the phone\'s clock is off', () => {
  expect(Math.abs(clockOffsetMs.value!)).toBeLessThan(5000)
})

it('is renewed by the key when the cookie has ended', async () => {
  server.cookie = null
  await wantSigned(get(at('/api/tasks')), server.reach)
  expect(server.cookie).toBe(server.people.lin)
  expect(needsPassword.value).toBe(false)
})

it('is renewed once for all that find it ended', async () => {
  server.cookie = null
  server.requests.length = 0
  await Promise.all([1, 2, 3].map(() => wantSigned(get(at('/api/tasks')), server.reach)))
  expect(server.asked('/api/session/renewals')).toHaveLength(1)
})

it('asks for the password where the key does not help, and not where only the network is missing', async () => {
  server.cookie = null
  server.fault = () => 'cut'
  expect(await renew(server.reach)).toBe(false)
  expect(needsPassword.value).toBe(false)
  server.fault = () => null
  server.devices.clear()
  expect(await renew(server.reach)).toBe(false)
  expect(needsPassword.value).toBe(true)
  await signIn('lin', 'right', server.reach)
  expect(needsPassword.value).toBe(false)
})

it('wrong passwords change nothing', async () => {
  await expect(signIn('lin', 'wrong', server.reach)).rejects.toMatchObject({ status: 401 })
  expect(local.value?.personId).toBe(server.people.lin)
})

it('does not sign out while something is only on this phone', async () => {
  const { draft } = await visitWith(server, [3000])
  await expect(signOut(server.reach)).rejects.toMatchObject({ code: 'NotYetSent', unsent: { drafts: 1 } })
  await finishDraft(draft.id)
  await expect(signOut(server.reach)).rejects.toMatchObject({ unsent: { drafts: 0, records: 1, files: 1 } })
  await runOutbox(mine(), server.way)
  await signOut(server.reach)
  await vi.waitFor(() => expect(server.cookie).toBeNull())
  expect(await restoreSession()).toBeNull()
})

it('keeps apart what two people keep on one phone', async () => {
  const { draft } = await visitWith(server, [3000])
  const lins = mine()
  await signIn('zhao', 'right', server.reach)
  expect(mine().personId).not.toBe(lins.personId)
  expect(await mine().database.drafts.count()).toBe(0)
  expect(await lins.database.drafts.get(draft.id)).toBeDefined()
})

it('knows after a cold start without a network how far the clock was off', async () => {
  await keepFact('clock', 3_600_000)
  clockOffsetMs.value = null
  await restoreSession()
  expect(clockOffsetMs.value).toBe(3_600_000)
})

describe('who signs out', () => {
  afterEach(() => vi.restoreAllMocks())

  it('loses nothing of what is begun while a slow network holds the sign-out up', async () => {
    const task = await oneTask()
    const begun: string[] = []
    const slow: Reach = async (path, init) => {
      if (local.value && !begun.length) begun.push((await take(await startDraft(task))).id)
      return server.reach(path, init)
    }
    await expect(signOut(slow)).rejects.toMatchObject({ code: 'NotYetSent', unsent: { drafts: 1 } })
    expect(await mine().database.captures.get(begun[0]!)).toBeDefined()
  })

  it('has left this phone before the network is asked to end the session', async () => {
    await oneTask()
    const left: boolean[] = []
    await signOut((path, init) => {
      if (init.method === 'DELETE') left.push(local.value === null)
      return server.reach(path, init)
    })
    await vi.waitFor(() => expect(left).toEqual([true]))
  })

  it('comes back to a phone that works, also where it was killed in the middle', async () => {
    const task = await oneTask()
    vi.spyOn(Dexie, 'delete').mockRejectedValueOnce(new Error('killed'))
    await expect(signOut(server.reach)).rejects.toThrow('killed')
    expect(await restoreSession()).toBeNull()
    await signIn('lin', 'right', server.reach)
    expect((await take(await startDraft(task))).size).toBe(3000)
  })

  it('leaves nothing for another tab to write on under a key that is gone', async () => {
    const { personId } = mine()
    const tab = new LocalDatabase(personId)
    await tab.open()
    await signOut(server.reach)
    await expect(tab.facts.put({ id: 'late', sealed: new ArrayBuffer(8) })).rejects.toThrow()
    expect((await indexedDB.databases()).some(({ name }) => name === nameOf(personId))).toBe(false)
  })

  it('leaves no gap in the chain, and no 收到 unsaid', async () => {
    const task = await oneTask()
    await acknowledge(task)
    server.fault = () => 'cut'
    await signOut(server.reach)
    server.fault = () => null
    await signIn('lin', 'right', server.reach)
    await refreshTasks(server.reach)
    await runOutbox(mine(), server.way)
    expect(links().map(({ kind }) => kind)).toEqual(['task_downloaded', 'task_acknowledged'])
    expect(links().map(({ position }) => position)).toEqual([1, 2])
  })

  it('sends what was said of tasks at once where there is a network', async () => {
    await acknowledge(await oneTask())
    await signOut(server.reach)
    expect(links().map(({ kind }) => kind)).toEqual(['task_downloaded', 'task_acknowledged'])
  })
})

async function oneTask() {
  const task = taskOf()
  server.tasks = [task]
  await refreshTasks(server.reach)
  return task
}

function links() {
  return [...server.seals].map(seal => JSON.parse(seal) as { kind: string; position: number }).sort((a, b) => a.position - b.position)
}
