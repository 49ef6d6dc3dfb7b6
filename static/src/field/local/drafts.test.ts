import { bytesOfSize, Server, signedInPhone, take, taskOf, visitWith } from '../phone.testing'
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import type { Draft, DraftAnswer } from '../types'
import { drafts } from './draftList'
import { closeDraft, draftTrouble, flushDrafts, leaveDraft, openDraft, startDraft } from './drafts'
import { beginFilm } from './films'
import { finishDraft } from './finishing'
import { mine } from './person'
import { signIn } from '../session'
import { unsent } from '../outbox/unsent'
import { parcelsIn, recordOf } from '../outbox/parcel'

let server: Server
let draft: Draft

beforeEach(async () => {
  server = await signedInPhone()
  ;({ draft } = await visitWith(server, []))
})

const passed = (question: string): DraftAnswer => ({
  question, answer: { value: 'pass' }, answeredAt: '2026-11-18T01:00:00.000Z', byGroup: false, finding: null,
})

it('survives being closed and opened again, to the last answer', async () => {
  draft.answers.a = passed('a')
  draft.trail.push({ question: 'a', before: null })
  draft.answers.a.answer = { value: 'fail', words: '缺失' }
  await closeDraft(draft.id)
  const again = await openDraft(draft.id)
  expect(again).not.toBe(draft)
  expect(again.answers.a?.answer).toEqual({ value: 'fail', words: '缺失' })
  expect(again.trail).toEqual([{ question: 'a', before: null }])
})

it('saves itself while somebody goes on typing', async () => {
  const typing = setInterval(() => { draft.answers.a = passed('a') }, 20)
  while (!(await savedAnswers()).includes('a')) await new Promise(resolve => setTimeout(resolve, 20))
  clearInterval(typing)
})

it('keeps the newest state whatever order the saves end in', async () => {
  for (let n = 0; n < 20; n += 1) {
    draft.answers[`q${n}`] = passed(`q${n}`)
    void flushDrafts()
  }
  await flushDrafts()
  expect(await savedAnswers()).toHaveLength(20)
})

it('is one and the same for its task, however often it is started', async () => {
  expect(await startDraft(draft.task)).toBe(draft)
  const other = await startDraft(taskOf())
  expect(other.id).not.toBe(draft.id)
})

it('is one and the same where a thumb taps twice', async () => {
  const task = taskOf()
  const [one, two] = await Promise.all([startDraft(task), startDraft(task)])
  expect(two.id).toBe(one.id)
  expect(await mine().database.links.where('subject').equals(one.id).count()).toBe(1)
})

it('is not shown to the next person on the phone, even while it is still being saved', async () => {
  await signIn('zhao', 'right', server.reach)
  await expect(openDraft(draft.id)).rejects.toMatchObject({ code: expect.stringMatching('NoDraft|OpenElsewhere') as string })
})

it('keeps its own copy of the task', async () => {
  const task = taskOf()
  const own = await startDraft(task)
  task.nonce = 'changed'
  expect(own.task.nonce).toBe('nonce-1')
})

it('is not opened by two tabs at once, unless one takes it over', async () => {
  await closeDraft(draft.id)
  const { lost } = await lockedBySomebodyElse(`fieldapp-draft-${draft.id}`)
  const losing = expect(lost).rejects.toThrow()
  await expect(openDraft(draft.id)).rejects.toMatchObject({ code: 'OpenElsewhere' })
  expect((await openDraft(draft.id, true)).id).toBe(draft.id)
  await losing
})

it('tells when a change could not be saved, and saves it when it can', async () => {
  const { database } = mine()
  const full = () => { throw Object.assign(new Error('full'), { name: 'QuotaExceededError' }) }
  database.drafts.hook('updating', full)
  draft.answers.a = passed('a')
  await expect(flushDrafts()).rejects.toMatchObject({ code: 'NoSpace' })
  expect(draftTrouble.value).toContain('存储空间不足')
  database.drafts.hook('updating').unsubscribe(full)
  await flushDrafts()
  expect(draftTrouble.value).toBeNull()
  expect(await savedAnswers()).toEqual(['a'])
})

it('is fixed once it is handed in: one parcel, no more changes', async () => {
  draft.answers.a = passed('a')
  await take(draft)
  await finishDraft(draft.id)
  draft.answers.b = passed('b')
  await flushDrafts()
  const [parcel] = await parcelsIn(mine())
  expect(Object.keys(JSON.parse((await recordOf(parcel!, mine())).body).answers)).toHaveLength(1)
  await expect(openDraft(draft.id)).rejects.toMatchObject({ code: 'AlreadySubmitted' })
  await expect(finishDraft(draft.id)).rejects.toMatchObject({ code: 'AlreadySubmitted' })
  expect(await parcelsIn(mine())).toHaveLength(1)
  expect(await unsent()).toEqual({ drafts: 0, records: 1, files: 1 })
})

it('takes a photo along that is still being kept', async () => {
  const photo = take(draft, { bytes: bytesOfSize(6_000_000) })
  await finishDraft(draft.id)
  const [parcel] = await parcelsIn(mine())
  expect(parcel!.files.map(({ sha256 }) => sha256)).toEqual([(await photo).sha256])
})

it('takes the last word along, said while a film was being kept', async () => {
  const film = await beginFilm({ draft, question: null, category: 'fire', shot: 'video', findingId: null, mediaType: 'video/webm' })
  film.add(new Blob([bytesOfSize(70_000)]))
  film.endedBy(() => {
    draft.answers.b = passed('b')
    void film.finish()
  })
  await finishDraft(draft.id)
  const [parcel] = await parcelsIn(mine())
  expect(JSON.parse((await recordOf(parcel!, mine())).body).answers).toMatchObject([{ question: 'b' }])
})

it('says so when it was handed in elsewhere and a change is lost', async () => {
  draftTrouble.value = null
  await mine().database.drafts.update(draft.id, { state: 'queued' })
  draft.answers.a = passed('a')
  await flushDrafts()
  expect(draftTrouble.value).toContain('没有保存')
})

it('holds nobody on its screen where the phone is full, and is saved once it is not', async () => {
  const { database } = mine()
  const full = () => { throw Object.assign(new Error('full'), { name: 'QuotaExceededError' }) }
  database.drafts.hook('updating', full)
  draft.answers.a = passed('a')
  await leaveDraft(draft.id)
  expect(draftTrouble.value).toContain('存储空间不足')
  database.drafts.hook('updating').unsubscribe(full)
  expect(Object.keys((await openDraft(draft.id)).answers)).toEqual(['a'])
  await leaveDraft(draft.id)
  expect([await savedAnswers(), draftTrouble.value]).toEqual([['a'], null])
})

it('is not tried three times a second for as long as the phone is full, and is saved soon after', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => { vi.useRealTimers() })
  const passes = async (seconds: number) => {
    for (let n = 0; n < seconds * 10; n += 1) {
      vi.advanceTimersByTime(100)
      for (let turn = 0; turn < 5; turn += 1) await new Promise(resolve => setImmediate(resolve))
    }
  }
  let tries = 0
  const full = () => { tries += 1; throw Object.assign(new Error('full'), { name: 'QuotaExceededError' }) }
  mine().database.drafts.hook('updating', full)
  draft.answers.a = passed('a')
  await passes(60)
  expect(tries).toBeGreaterThan(3)
  expect(tries).toBeLessThan(20)
  mine().database.drafts.hook('updating').unsubscribe(full)
  await passes(12)
  expect([await savedAnswers(), draftTrouble.value]).toEqual([['a'], null])
})

it('stays handed in whatever is still being saved', async () => {
  const typing = setInterval(() => {
    draft.answers.a = passed('a')
    void flushDrafts()
  }, 0)
  await finishDraft(draft.id)
  clearInterval(typing)
  await flushDrafts()
  expect((await mine().database.drafts.get(draft.id))?.state).toBe('queued')
})

it('shows up in the list with how much is answered', async () => {
  draft.answers.a = passed('a')
  await flushDrafts()
  while (drafts.value[0]?.answered !== 1) await new Promise(resolve => setTimeout(resolve, 5))
  expect(drafts.value[0]).toMatchObject({ id: draft.id, state: 'draft' })
})

async function savedAnswers(): Promise<string[]> {
  const row = await mine().database.drafts.get(draft.id)
  return Object.keys((await mine().vault.openJson<Draft>(`drafts/${draft.id}`, row!.sealed)).answers)
}

/** What another tab does. `lost` rejects when the lock is taken away. */
async function lockedBySomebodyElse(name: string): Promise<{ lost: Promise<unknown> }> {
  let lost: Promise<unknown> = Promise.resolve()
  await new Promise<void>((taken) => {
    lost = navigator.locks.request(name, () => {
      taken()
      return new Promise(() => {})
    })
  })
  return { lost }
}
