/** One pass of the outbox: records, previews, originals, receipts. One pass at a time in all tabs of the browser. */
import { Dexie } from 'dexie'
import { at } from '../../shared/api/describing'
import type { Local } from '../local/person'
import { ifFree } from '../locks'
import { Trouble } from '../trouble'
import { get, problemIn } from '../wire'
import { mendParcels } from './mending'
import { parcelsIn, type Parcel } from './parcel'
import { RECEIPT_FAULTS, readReceipt } from './receipt'
import { offerAgain } from './restored'
import { Later, LaterForOne, Run, type Way } from './run'
import { sendFiles, sendRecord } from './sending'
import { sendSeals } from './seals'
import { settle } from './settling'
import { askForTargets, noteSpoilt } from './targets'
import { verdict } from './verdict'

/**
 * settled: nothing is left to do · checking: all is sent, the receipt is not complete · later: something was put off ·
 * taken: another tab is at it.
 */
export interface Ended {
  outcome: 'settled' | 'checking' | 'later' | 'taken'
  /** Whether the server answered at all. */
  reached: boolean
  /** Whether anything arrived before it ended. */
  moved: boolean
  retryAfterMs: number | null
}

export interface Given {
  signal?: AbortSignal
  insist?: boolean
  now?: () => number
}

/** Refused ones are tried again by themselves only after this long, quarantined ones looked after. */
const AGAIN_AFTER = 6 * 3600_000
const LOOK_AFTER = 3600_000
/** After this a file that is still being checked is asked for: the check may have failed. */
const CHECKED_WITHIN = 30_000

export async function runOutbox(from: Local, way: Way, given: Given = {}): Promise<Ended> {
  const { signal = new AbortController().signal, insist = false, now = Date.now } = given
  const run = new Run(from, way, signal, insist, now)
  const ended = await ifFree(`fieldapp-outbox-${from.personId}`, () => passes(run))
  return ended === 'taken' ? { outcome: 'taken', reached: true, moved: false, retryAfterMs: null } : ended
}

export const runs = new WeakMap<Local, Run>()

async function passes(run: Run): Promise<Ended> {
  runs.set(run.from, run)
  try {
    await mendParcels(run.from)
    do {
      run.anew = false
      await pass(run)
    } while (run.anew || (await offerAgain(run)))
    return { outcome: run.putOff ? 'later' : await rest(run), reached: run.reached, moved: run.moved, retryAfterMs: null }
  } catch (error) {
    if (error instanceof Later) return { outcome: 'later', reached: error.reached, moved: run.moved, retryAfterMs: error.retryAfterMs }
    // Somebody else signed in, or the database was closed under us: nothing of this person's travels now.
    if (error instanceof Trouble && error.code === 'OtherPerson') return { outcome: 'later', reached: true, moved: false, retryAfterMs: null }
    if (isClosed(error)) return { outcome: 'later', reached: true, moved: false, retryAfterMs: null }
    throw error
  } finally {
    runs.delete(run.from)
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof Dexie.DatabaseClosedError || (error instanceof Trouble && isClosed(error.cause))
}

async function pass(run: Run): Promise<void> {
  const parcels = (await parcelsIn(run.from)).filter(parcel => parcel.personId === run.from.personId)
  for (const parcel of parcels.filter(one => isRecordDue(one, run))) await sendRecord(parcel, run)
  await sendSeals(run)
  const open = parcels.filter(({ receiptAt, record }) => !receiptAt && record !== 'waiting')
    .sort((a, b) => Number(hasPutOff(a, run)) - Number(hasPutOff(b, run)))
  for (const parcel of open) forgiveFiles(parcel, run)
  for (const purpose of ['preview', 'original'] as const) {
    if (purpose === 'original' && !run.insist && !run.way.originalsMayGo()) {
      run.putOff ||= open.some(({ files }) => files.some(({ state }) => state === 'waiting'))
      break
    }
    run.beginNext()
    for (const parcel of open) if (!run.anew && !run.hasEnough) await run.apart(() => sendFiles(parcel, purpose, run))
  }
  run.beginNext()
  for (const parcel of parcels.filter(one => isReceiptDue(one, run))) if (!run.hasEnough) await run.apart(() => fetchReceipt(parcel, run))
}

function isRecordDue({ record, triedAt }: Parcel, { insist, now }: Run): boolean {
  return record === 'waiting' || (record === 'refused' && (insist || isOver(AGAIN_AFTER, triedAt, now())))
}

function hasPutOff({ files }: Parcel, run: Run): boolean {
  return files.some(({ sha256, state }) => state === 'waiting' && run.wasPutOff(sha256))
}

function forgiveFiles({ files }: Parcel, { insist, now }: Run): void {
  const due = files.filter(({ state, refusedAt = 0 }) => state === 'refused' && (insist || isOver(AGAIN_AFTER, refusedAt, now())))
  for (const file of due) Object.assign(file, { state: 'waiting', spoilt: 0 })
}

function isReceiptDue({ record, receiptAt, polledAt, files }: Parcel, { now, anew }: Run): boolean {
  if (anew || record === 'waiting' || record === 'refused') return false
  if (receiptAt) return record === 'quarantined' && isOver(LOOK_AFTER, polledAt, now())
  return files.some(({ state }) => state === 'checking') || files.every(({ state }) => state !== 'waiting')
}

/** What is noted as of the future was noted by a clock that was wrong: it is no reason to wait until then. */
function isOver(ms: number, since: number, now: number): boolean {
  return Math.abs(now - since) > ms
}

async function fetchReceipt(parcel: Parcel, run: Run): Promise<void> {
  const reply = await run.ask(get(at('/api/visits/{visit_id}/receipt', { visit_id: parcel.id })))
  parcel.polledAt = run.now()
  const said = verdict(reply)
  if (said === 'later') throw new LaterForOne()
  if (said === 'refused') {
    // The server does not know what it took before (put back from a backup, perhaps): send it again.
    if (problemIn(reply).status === 404) Object.assign(parcel, { record: 'waiting' })
    run.putOff = true
    return run.keep(parcel)
  }
  const signed = reply.body!
  const receipt = await readReceipt(signed, parcel.id)
  if (typeof receipt === 'string') {
    parcel.problem = RECEIPT_FAULTS[receipt]
    run.putOff = true
    return run.keep(parcel)
  }
  await settle(parcel, receipt, signed, run.from)
  await lookAfterChecks(parcel, run)
}

/** A check that failed on the server makes a fresh upload; one that runs on says so. */
async function lookAfterChecks(parcel: Parcel, run: Run): Promise<void> {
  const slow = parcel.files.filter(({ state, checkingSince }) => state === 'checking' && isOver(CHECKED_WITHIN, checkingSince, run.now()))
  if (!slow.length) return
  const sent = slow.filter(({ checkingSince }) => checkingSince > 0)
  for (const file of slow) file.checkingSince = run.now()
  await askForTargets(parcel, slow, run)
  const failed = sent.filter(({ state }) => state === 'waiting')
  for (const file of failed) noteSpoilt(parcel, file, run.now())
  if (failed.length) await run.keep(parcel)
  if (slow.some(({ state }) => state === 'waiting')) run.anew = true
}

async function rest({ from }: Run): Promise<'settled' | 'checking'> {
  const open = (await parcelsIn(from)).filter(({ receiptAt }) => !receiptAt)
  return open.some(({ files, record }) => record !== 'refused' && (!files.length || files.some(({ state }) => state !== 'refused'))) ? 'checking' : 'settled'
}
