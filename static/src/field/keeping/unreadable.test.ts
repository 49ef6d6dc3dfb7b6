/** Rows that cannot be decrypted, or hold what the app never wrote: each is told apart, everything else goes on. */
import { bytesOfSize, Server, signedInPhone, take, taskOf } from '../phone.testing'
import Dexie from 'dexie'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { capturesIn, unreadableOf } from '../local/captures'
import { beginAgain } from '../local/beginningAgain'
import { drafts, unreadableDrafts } from '../local/draftList'
import { closeDraft, openDraft, startDraft } from '../local/drafts'
import { finishDraft } from '../local/finishing'
import { keyring } from '../local/keyring'
import { closeLocal, mine } from '../local/person'
import { refreshTasks } from '../local/tasks'
import { reopen } from '../outbox/mending'
import { parcelsIn } from '../outbox/parcel'
import { sync } from '../outbox/progress'
import { runOutbox } from '../outbox/runner'
import { unsent } from '../outbox/unsent'
import { restoreSession, session, signIn } from '../session'
import type { Draft } from '../types'
import { exportUnsent } from './exporting'
import { restoreExport } from './restoring'

const PASSPHRASE = '三号塔机 2026'

type Table = 'drafts' | 'parcels' | 'records' | 'captures' | 'links' | 'facts' | 'tasks' | 'editions' | 'films'

let server: Server
let bad: string
let good: string

/** Two visits of one photo each in the outbox. */
beforeEach(async () => {
  server = await signedInPhone()
  server.tasks = [taskOf(), taskOf(), taskOf()]
  await refreshTasks(server.reach)
  bad = await handedIn(0, 3000)
  good = await handedIn(1, 4000)
})

async function handedIn(task: number, size: number): Promise<string> {
  const draft = await startDraft(server.tasks[task]!)
  await take(draft, { bytes: bytesOfSize(size, task) })
  await finishDraft(draft.id)
  return draft.id
}

/** As a page of the disk that went bad. */
async function spoil(table: Table, id: string): Promise<void> {
  const rows = mine().database.table(table)
  expect(await rows.update(id, { sealed: crypto.getRandomValues(new Uint8Array(64)).buffer })).toBe(1)
}

/** Decrypts well, and is nothing that was ever kept there. */
async function malform(table: Table, id: string, value: unknown = {}): Promise<void> {
  const { database, vault } = mine()
  expect(await database.table(table).update(id, { sealed: await vault.sealJson(`${table}/${id}`, value) })).toBe(1)
}

const arrived = async () => (await parcelsIn(mine())).filter(({ receiptAt }) => receiptAt).map(({ id }) => id).sort()
const shown = () => sync.value.visits.find(({ id }) => id === bad)

async function open(): Promise<Draft> {
  const draft = await startDraft(server.tasks[2]!)
  await take(draft, { bytes: bytesOfSize(900, 5) })
  return draft
}

describe('a parcel that cannot be read', () => {
  it.each([
    ['decrypted', () => spoil('parcels', bad)],
    ['taken for one', () => malform('parcels', bad)],
    ['taken for one, though it looks like one', () => malform('parcels', bad, { id: bad, record: 'waiting', files: [{}] })],
    ['opened, as it is empty', async () => { await mine().database.parcels.update(bad, { sealed: new ArrayBuffer(0) }) }],
  ])('is made anew of its record, and holds nothing up: it cannot be %s', async (_, fault) => {
    await fault()
    expect(await unsent()).toMatchObject({ records: 2 })
    await runOutbox(mine(), server.way)
    expect(await arrived()).toEqual([bad, good].sort())
    expect([server.records.size, server.blobs.size, await mine().database.chunks.count()]).toEqual([2, 2, 0])
  })

  it('is shown as what it is where its record cannot be read either; opened again, it is handed in', async () => {
    await spoil('parcels', bad)
    await spoil('records', bad)
    await runOutbox(mine(), server.way)
    expect(await arrived()).toEqual([good])
    await vi.waitFor(() => expect(shown()).toMatchObject({ state: 'queued', textLost: true, problem: expect.stringContaining('重新打开') as string }))
    expect([sync.value.visits.length, sync.value.needsPerson, sync.value.allSaved]).toEqual([2, 1, false])
    expect((await reopen(bad)).id).toBe(server.tasks[0]!.id)
    expect((await openDraft(bad)).finishedAt).toBeNull()
    await finishDraft(bad)
    await runOutbox(mine(), server.way)
    expect(await arrived()).toEqual([bad, good].sort())
  })

  it('that is done asks for nothing', async () => {
    await runOutbox(mine(), server.way)
    await spoil('parcels', bad)
    await vi.waitFor(() => expect(shown()).toMatchObject({ state: 'done', problem: null, textLost: false }))
    expect([sync.value.needsPerson, sync.value.allSaved, await unsent()]).toEqual([0, true, { drafts: 0, records: 0, files: 0 }])
  })
})

describe('a record that cannot be read', () => {
  it.each([['decrypted', () => spoil('records', bad)], ['taken for one', () => malform('records', bad)]])('says so and holds nothing up: it cannot be %s', async (_, fault) => {
    await fault()
    await runOutbox(mine(), server.way)
    expect(await arrived()).toEqual([good])
    await vi.waitFor(() => expect(shown()).toMatchObject({ textLost: true }))
    await reopen(bad)
    await finishDraft(bad)
    await runOutbox(mine(), server.way)
    expect(await arrived()).toEqual([bad, good].sort())
  })

  it('stays shown where its draft cannot be read either: nothing is deleted', async () => {
    await spoil('records', bad)
    await spoil('drafts', bad)
    await runOutbox(mine(), server.way)
    await expect(reopen(bad)).rejects.toMatchObject({ code: 'Unreadable' })
    expect(await Promise.all((['records', 'parcels', 'drafts'] as const).map(name => mine().database.table(name).count()))).toEqual([2, 2, 2])
  })

  it('is left as it is while it can be read', async () => {
    expect([(await reopen(bad)).id, (await mine().database.drafts.get(bad))?.state]).toEqual([server.tasks[0]!.id, 'queued'])
  })
})

describe('a draft that cannot be read', () => {
  let draft: Draft

  beforeEach(async () => {
    draft = await open()
    draft.words = 'typed'
    await closeDraft(draft.id)
  })

  it.each([['decrypted', () => spoil('drafts', draft.id)], ['taken for one', () => malform('drafts', draft.id)]])('stands apart from the others: it cannot be %s', async (_, fault) => {
    await fault()
    await mine().database.drafts.update(draft.id, { changedAt: 1 }) // what was read before is remembered
    await vi.waitFor(() => expect([drafts.value.length, unreadableDrafts.value]).toEqual([2, [{ id: draft.id, state: 'draft', changedAt: 1 }]]))
    server.tasks = [taskOf()]
    await refreshTasks(server.reach)
    expect((await startDraft(server.tasks[0]!)).id).not.toBe(draft.id)
    await expect(openDraft(draft.id)).rejects.toMatchObject({ code: 'Unreadable' })
  })

  it('is begun again under its id, with its photos and its place in the chain, and what was there is kept', async () => {
    await spoil('drafts', draft.id)
    const { sealed } = (await mine().database.drafts.get(draft.id))!
    expect((await beginAgain(draft.id)).id).toBe(draft.task.id)
    expect(await openDraft(draft.id)).toMatchObject({ id: draft.id, startedAt: draft.startedAt, answers: {} })
    expect((await mine().database.facts.get(`unreadable draft ${draft.id}`))?.sealed).toEqual(sealed)
    await finishDraft(draft.id)
    await runOutbox(mine(), server.way)
    const sent = JSON.parse(server.records.get(draft.id)!.body) as { evidence: unknown[]; chain: { seal: string }[] }
    expect([sent.evidence.length, sent.chain.some(({ seal }) => seal.includes('visit_started'))]).toEqual([1, true])
  })

  it('is begun again without the list of tasks, and without its beginning of the chain', async () => {
    await spoil('drafts', draft.id)
    await mine().database.tasks.clear()
    await mine().database.links.clear()
    expect((await beginAgain(draft.id)).project.name).toBe(draft.task.project.name)
  })

  it('is begun again by its task, whatever its photos show: no second one comes beside it', async () => {
    await spoil('drafts', draft.id)
    await mine().database.facts.delete(`task-of ${draft.id}`) // as of a version that kept none
    expect((await startDraft(server.tasks[2]!)).id).toBe(draft.id)
    expect([await mine().database.drafts.count(), (await capturesIn(draft.id)).length]).toEqual([3, 1])
  })

  it('is left alone while it can be read, and where nobody knows its task', async () => {
    await beginAgain(draft.id)
    expect((await openDraft(draft.id)).words).toBe('typed')
    await closeDraft(draft.id)
    await spoil('drafts', draft.id)
    await mine().database.tasks.clear()
    await mine().database.facts.delete(`task-of ${draft.id}`)
    await expect(beginAgain(draft.id)).rejects.toMatchObject({ code: 'NoTask' })
    expect((await mine().database.drafts.get(draft.id))?.state).toBe('draft')
  })
})

describe('what is beside the visits and cannot be read', () => {
  it('a photo: the others are handed in, and it stays', async () => {
    const draft = await open()
    const lost = await take(draft, { bytes: bytesOfSize(800, 6) })
    await spoil('captures', lost.id)
    const count = unreadableOf(draft.id)
    await vi.waitFor(() => expect(count.value).toBe(1))
    await finishDraft(draft.id)
    await runOutbox(mine(), server.way)
    expect(await arrived()).toContain(draft.id)
    expect(await mine().database.chunks.where('captureId').equals(lost.id).count()).toBe(1)
  })

  it('a film that a crash cut off: the visit is handed in all the same, and its pieces stay', async () => {
    const draft = await open()
    await mine().database.films.add({ id: 'f', draftId: draft.id, sealed: new ArrayBuffer(64) })
    await mine().database.chunks.add({ captureId: 'f', part: 'film', index: 0, sealed: new ArrayBuffer(64) })
    await finishDraft(draft.id)
    expect([await mine().database.films.count(), (await capturesIn(draft.id)).length]).toEqual([1, 1])
  })

  it('a film under way is none of these', async () => {
    const draft = await open()
    await navigator.locks.request('fieldapp-film-g', async () => {
      await mine().database.films.add({ id: 'g', draftId: draft.id, sealed: new ArrayBuffer(64) })
      await mine().database.chunks.add({ captureId: 'g', part: 'film', index: 0, sealed: new ArrayBuffer(64) })
      await expect(finishDraft(draft.id)).rejects.toMatchObject({ code: 'StillFilming' })
    })
  })

  it('a link of the chain: the other links are sent', async () => {
    const [first] = await mine().database.links.toCollection().primaryKeys()
    await spoil('links', first!)
    await runOutbox(mine(), server.way)
    expect(await arrived()).toEqual([bad, good].sort())
    expect(server.seals.size).toBe((await mine().database.links.count()) - 1)
  })

  it('the end of the chain: it goes on where it ended, and has no fork', async () => {
    const positions = async () => (await mine().database.links.toCollection().primaryKeys()).map(id => Number(id.split('/')[1]))
    const before = (await positions()).length
    await spoil('facts', 'seal-chain')
    await open()
    expect(await positions()).toEqual(Array.from({ length: before + 2 }, (_, n) => n + 1))
    const last = (await mine().database.links.toCollection().primaryKeys()).at(-1)!
    await spoil('links', last)
    await spoil('facts', 'seal-chain')
    server.tasks = [taskOf()]
    await refreshTasks(server.reach)
    expect(Math.max(...(await positions()))).toBe(before + 3)
  })

  it('a task or a checklist: it comes anew from the server', async () => {
    const { id, edition } = server.tasks[2]!
    await spoil('tasks', id)
    await spoil('editions', edition.digest)
    expect(await refreshTasks(server.reach)).toHaveLength(3)
    await finishDraft((await open()).id)
  })

  it('the session: the app opens, and asks who is there', async () => {
    await spoil('facts', 'session')
    closeLocal()
    session.value = null
    expect(await restoreSession()).toBeNull()
    await signIn('lin', 'right', server.reach)
    await runOutbox(mine(), server.way)
    expect(await arrived()).toEqual([bad, good].sort())
  })
})

describe('an export', () => {
  async function otherPhone(): Promise<void> {
    const { personId, database } = mine()
    database.close()
    closeLocal()
    await Dexie.delete(`fieldapp-${personId}`)
    await Promise.all([keyring.devices.clear(), keyring.dataKeys.clear(), keyring.facts.clear()])
    await signIn('lin', 'right', server.reach)
  }

  it('takes along all that can be read, and says what it cannot', async () => {
    const draft = await open()
    const lost = await take(draft, { bytes: bytesOfSize(800, 6) })
    await mine().database.chunks.where('captureId').equals(lost.id).modify({ sealed: new ArrayBuffer(64) })
    await closeDraft(draft.id)
    await spoil('parcels', good)
    await spoil('drafts', bad)
    const made = await exportUnsent(PASSPHRASE)
    expect(made).toMatchObject({ visits: 2, left: 1, lost: 1 })

    await otherPhone()
    expect(await restoreExport(made.file, PASSPHRASE)).toEqual({ visits: 2, there: 0 })
    await finishDraft(draft.id)
    await runOutbox(mine(), server.way)
    expect(await arrived()).toEqual([good])
    expect((await parcelsIn(mine())).find(({ id }) => id === draft.id)!.files.map(({ size, state }) => [size, state])).toEqual([[900, 'stored'], [800, 'refused']])
  })

  it('brings what was handed in and whose record cannot be read as a draft, to be handed in there', async () => {
    await spoil('records', bad)
    const { file } = await exportUnsent(PASSPHRASE)
    await otherPhone()
    await restoreExport(file, PASSPHRASE)
    await finishDraft(bad)
    expect((await runOutbox(mine(), server.way)).moved).toBe(true)
    expect(await arrived()).toEqual([bad, good].sort())
  })

  it('of nothing that can be read says so', async () => {
    await spoil('drafts', bad)
    await spoil('drafts', good)
    await expect(exportUnsent(PASSPHRASE)).rejects.toMatchObject({ code: 'NothingReadable' })
  })
})
