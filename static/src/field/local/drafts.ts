/** Visits in the making. An open draft saves itself; closing the app, the tab or the phone loses nothing. */
import { reactive, ref, toRaw, watch, type WatchHandle } from 'vue'
import { nowText } from '../clock'
import { newId } from '../ids'
import { locks } from '../locks'
import { currentFix } from '../position'
import { sentenceOf, Trouble } from '../trouble'
import type { Draft, Task, VisitState } from '../types'
import { carriedInto } from '../visit/carrying'
import type { Said } from '../sealing'
import type { DraftRow } from './database'
import { forge, inChainOrder, keepLinks } from './chain'
import { keepPersonalFact, mine, type Local } from './person'
import { standingIn, takenBack, type Standing } from './softening'
import { apart, kept, type Vault } from './vault'

const SAVED_WITHIN = 300
/** A phone that stays full is asked ever less often, and never less than every ten seconds. */
const MOST_DOUBLED = 5

interface Opened {
  draft: Draft
  from: Local
  /** What of it the phone has kept as unsafe: to take one of these back is said in the chain. */
  standing: Standing
  watching: WatchHandle
  timer: ReturnType<typeof setTimeout> | null
  saving: Promise<void>
  /** Saves in a row that failed. */
  failures: number
  release: () => void
}

const open = new Map<string, Opened>()
/** This tab has them in a moment: to itself it is no other tab. */
const opening = new Map<string, Promise<Draft>>()

/** Why the last change could not be saved; null while all is well. Must be shown: the change is only in memory. */
export const draftTrouble = ref<string | null>(null)

/** The task's draft: the one begun before, where there is one. */
export async function startDraft(task: Task): Promise<Draft> {
  const from = mine()
  const begunAs = async () => (await rowsOf('draft', from)).find(({ draft }) => draft.task.id === task.id)?.draft.id
  const begun = (await begunAs()) ?? (await begunAgain(task, from))
  if (begun) return openDraft(begun)
  const draft = draftOf(newId(), task, nowText())
  // Asked again in turn: a thumb that taps twice, or another tab, would begin a second visit, and the next start find the empty one.
  return openDraft(await inChainOrder(from, async () => (await begunAs()) ?? begin(draft, from)))
}

/** The draft of it that cannot be read goes on with its photos, rather than a second one beside it. */
async function begunAgain(task: Task, from: Local): Promise<string | undefined> {
  const rows = await from.database.drafts.where('state').equals('draft').toArray()
  const { unreadable } = await apart(rows, row => openDraftRow(row, from.vault))
  if (!unreadable.length) return undefined
  const { beginAgain, taskOf } = await import('./beginningAgain')
  const tasks = await Promise.all(unreadable.map(async ({ id }) => ({ id, of: await taskOf(id, from) })))
  const id = tasks.find(({ of }) => of?.id === task.id)?.id
  if (id) await beginAgain(id)
  return id
}

/** As it is before anybody answered anything. */
export function draftOf(id: string, task: Task, startedAt: string): Draft {
  return {
    id, task: JSON.parse(JSON.stringify(task)) as Task, startedAt, finishedAt: null,
    arrival: currentFix(), answers: carriedInto(task, startedAt), absences: {}, signature: null, trail: [],
  }
}

export function taskFact(draftId: string): string {
  return `task-of ${draftId}`
}

/** Inside `inChainOrder`. Its id. */
async function begin(draft: Draft, from: Local): Promise<string> {
  const subject = { kind: 'visit' as const, id: draft.id }
  await kept(keepPersonalFact(taskFact(draft.id), draft.task, from)) // apart from the draft, should that be lost
  await put(draft, from, [{ kind: 'visit_started', subject, task_id: draft.task.id, nonce: draft.task.nonce, at: draft.startedAt }])
  return draft.id
}

/**
 * A reactive draft whose every change is kept. Opening it twice gives the same object. Throws Trouble: NoDraft,
 * AlreadySubmitted, or OpenElsewhere while another tab has it, unless `takeOver`.
 */
export async function openDraft(id: string, takeOver = false): Promise<Draft> {
  const from = mine()
  const known = open.get(id)
  if (known?.from === from) return known.draft
  const under = opening.get(id)
  if (under && !takeOver) return under
  const work = openNow(id, takeOver, from)
  opening.set(id, work)
  try {
    return await work
  } finally {
    opening.delete(id)
  }
}

async function openNow(id: string, takeOver: boolean, from: Local): Promise<Draft> {
  const release = await hold(id, takeOver)
  try {
    const draft = reactive(await draftIn(id, from)) as Draft
    const entry: Opened = { draft, from, standing: standingIn(draft), timer: null, saving: Promise.resolve(), failures: 0, release, watching: null as never }
    entry.watching = watch(draft, () => soon(entry), { deep: true, flush: 'sync' })
    open.set(id, entry)
    return draft
  } catch (error) {
    release()
    throw error
  }
}

/** Saves what is not saved yet, of one draft or of all. Rejects where the phone could not keep it. */
export async function flushDrafts(id?: string): Promise<void> {
  const wanted = [...open.values()].filter(({ draft }) => id === undefined || draft.id === id)
  await Promise.all(wanted.map(saveNow))
}

export async function closeDraft(id: string): Promise<void> {
  const entry = open.get(id)
  if (!entry) return
  await saveNow(entry)
  letGo(entry)
}

/**
 * For who leaves its screen. What the phone cannot keep stays open and is tried again, and `draftTrouble` says so: nobody is
 * held on a screen, least of all by a full phone.
 */
export async function leaveDraft(id: string): Promise<void> {
  if (!open.has(id)) draftTrouble.value = null // what was said of it was said on its screen
  await closeDraft(id).catch(() => {})
}

/** How the draft stands in the database now. */
export async function draftIn(id: string, { database, vault }: Local): Promise<Draft> {
  const row = await database.drafts.get(id)
  if (!row) throw new Trouble('NoDraft', '本机没有这次检查。', 'There is no such visit on this phone.')
  if (row.state === 'handed') throw new Trouble('HandedOver', '这次检查已交给同事的手机。要在本机继续，请先收回。', 'This visit was handed to a colleague. Take it back first to go on here.')
  if (row.state !== 'draft') throw new Trouble('AlreadySubmitted', '这次检查已提交，不能再修改。', 'This visit was submitted and cannot be changed.')
  return openDraftRow(row, vault)
}

/** Throws Trouble Unreadable for what cannot be decrypted, and for what is no draft. */
export function openDraftRow({ id, sealed }: DraftRow, vault: Vault): Promise<Draft> {
  return vault.openJson<Draft>(`drafts/${id}`, sealed, ({ task, answers }) => typeof task.project.name === 'string' && typeof answers === 'object')
}

/** Whether any draft is open for editing in this tab: a new version of the app waits for it. */
export function anyDraftOpen(): boolean {
  return open.size > 0
}

/** The draft left the person's hands: it is fixed and stops saving itself. */
export function letGoOf(id: string): void {
  const entry = open.get(id)
  if (entry) letGo(entry)
}

export async function sealedDraft(draft: Draft, state: VisitState, { vault }: Local): Promise<DraftRow> {
  const plain = JSON.parse(JSON.stringify(toRaw(draft))) as Draft
  return { id: draft.id, state, changedAt: Date.now(), sealed: await vault.sealJson(`drafts/${draft.id}`, plain) }
}

/** Those that can be read. */
export async function rowsOf(state: VisitState, { database, vault }: Local): Promise<{ row: DraftRow; draft: Draft }[]> {
  const rows = await database.drafts.where('state').equals(state).toArray()
  return (await apart(rows, async row => ({ row, draft: await openDraftRow(row, vault) }))).found
}

function soon(entry: Opened): void {
  // Not pushed back by later changes: somebody who types without a pause is saved too.
  entry.timer ??= setTimeout(() => { saveNow(entry).catch(() => {}) }, SAVED_WITHIN * 2 ** Math.min(entry.failures, MOST_DOUBLED))
}

/** One save after the other, so that an older state never lands on a newer one. */
function saveNow(entry: Opened): Promise<void> {
  if (entry.timer === null) return entry.saving
  clearTimeout(entry.timer)
  entry.timer = null
  entry.saving = entry.saving.catch(() => {}).then(() => save(entry.draft, entry.from, entry.standing)).then(
    (stands) => {
      entry.failures = 0
      if (stands) draftTrouble.value = null
      else if (open.get(entry.draft.id) === entry) takenAway(entry, HANDED_IN)
    },
    (error: unknown) => {
      entry.failures += 1
      draftTrouble.value = sentenceOf(error)
      if (open.get(entry.draft.id) === entry) soon(entry)
      throw error
    },
  )
  return entry.saving
}

async function save(draft: Draft, from: Local, standing: Standing): Promise<boolean> {
  // As it is now: what is said meanwhile is saved with the next, and compared with what was truly kept.
  const now = JSON.parse(JSON.stringify(toRaw(draft))) as Draft
  const fresh = standingIn(now)
  const taken = takenBack(now.id, standing, fresh, now.answers, nowText())
  const stands = taken.length ? await inChainOrder(from, () => put(now, from, taken)) : await put(now, from, taken)
  for (const key of Object.keys(standing)) delete standing[key]
  Object.assign(standing, fresh)
  return stands
}

/**
 * The draft and what is said of it, or neither. With something to say only inside `inChainOrder`. False where it is no draft
 * any more: what was signed, or handed over, stands.
 */
async function put(draft: Draft, from: Local, said: readonly Said[]): Promise<boolean> {
  const { database } = from
  const row = await sealedDraft(draft, 'draft', from)
  const forged = said.length ? await forge(said, from) : null
  return kept(database.transaction('rw', database.drafts, database.links, database.facts, async () => {
    const there = await database.drafts.get(draft.id)
    if (there && there.state !== 'draft') return false
    await database.drafts.put(row)
    if (forged) await keepLinks(forged, from)
    return true
  }))
}

function letGo(entry: Opened): void {
  entry.watching.stop()
  if (entry.timer !== null) clearTimeout(entry.timer)
  entry.timer = null
  entry.release()
  open.delete(entry.draft.id)
}

/** Two tabs that edit one draft would overwrite each other: the second one is told. */
function hold(id: string, steal: boolean): Promise<() => void> {
  if (!locks) return Promise.resolve(() => {})
  return new Promise((resolve, reject) => {
    const mode = steal ? { steal: true } : { ifAvailable: true }
    const holding = locks!.request(`fieldapp-draft-${id}`, mode, (lock) => {
      if (lock) return new Promise<void>(release => resolve(release))
      throw new Trouble('OpenElsewhere', '这次检查已在另一个标签页打开。', 'This visit is open in another tab.')
    })
    holding.catch((error: unknown) => {
      const entry = open.get(id)
      if (entry && !(error instanceof Trouble)) takenAway(entry, TAKEN_OVER)
      reject(error as Error)
    })
  })
}

const TAKEN_OVER = new Trouble('TakenOver', '另一个标签页接管了这次检查，请在那里继续。', 'Another tab took this visit over; go on there.')
const HANDED_IN = new Trouble('HandedIn', '这次检查已提交或移交，刚才的改动没有保存。', 'This visit was handed in or handed over meanwhile; the last change was not kept.')

function takenAway(entry: Opened, why: Trouble): void {
  letGo(entry)
  draftTrouble.value = why.sentence
}

function flushBeforeLeaving(): void {
  flushDrafts().catch(() => {}) // draftTrouble says why
}

if (typeof document !== 'undefined') {
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') flushBeforeLeaving()
  })
  addEventListener('pagehide', flushBeforeLeaving)
}
