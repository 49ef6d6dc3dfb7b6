/** What the pill and the outbox screen show: what has arrived, what has not, why, and what to do. */
import { computed, reactive, type ComputedRef } from 'vue'
import { followed } from '../local/live'
import type { ParcelRow } from '../local/database'
import { inEnglish } from '../../shared/i18n'
import { needsPassword } from '../session'
import type { FileProgress, SyncState, VisitProgress } from '../types'
import { openParcels, type Parcel, type ParcelFile } from './parcel'
import { TEXT_LOST } from './sentences'

/** What the running tab knows beyond what is kept. `sent`: bytes under way, by SHA-256. */
export const running = reactive({
  online: typeof navigator === 'undefined' || navigator.onLine !== false,
  running: false,
  nextTryAt: null as number | null,
  sendingRecord: null as string | null,
  sent: {} as Record<string, number>,
})

const parcels = followed(
  ({ database }) => database.parcels.orderBy('queuedAt').reverse().toArray(),
  openParcels,
  { found: [] as Parcel[], unreadable: [] as ParcelRow[] },
)

export const sync: ComputedRef<SyncState> = computed(() => {
  const visits = [...parcels.value.unreadable.map(unreadableProgress), ...parcels.value.found.map(visitProgress)]
  const files = visits.flatMap(visit => visit.files)
  const records = visits.filter(visit => visit.record === 'waiting' || visit.record === 'sending').length
  const missing = files.filter(file => file.state !== 'stored').length
  return {
    online: running.online,
    running: running.running,
    nextTryAt: running.nextTryAt,
    records,
    files: missing,
    filesTotal: files.length,
    needsPerson: visits.filter(visit => visit.problem !== null).length + (needsPassword.value ? 1 : 0),
    allSaved: records === 0 && missing === 0,
    visits,
  }
})

function visitProgress(parcel: Parcel): VisitProgress {
  const originals = parcel.files.filter(file => file.purpose === 'original')
  const sending = running.sendingRecord === parcel.id
  return {
    id: parcel.id,
    projectName: parcel.projectName,
    state: parcel.receiptAt ? 'done' : 'queued',
    record: sending ? 'sending' : parcel.record === 'refused' ? 'waiting' : parcel.record,
    reasons: parcel.reasons,
    files: originals.flatMap(file => file.captureIds.map((id, n) => fileProgress(id, file, n))),
    problem: parcel.problem && (inEnglish.value ? parcel.problem.en : parcel.problem.zh),
    receiptAt: parcel.receiptAt,
    textLost: parcel.textLost ?? false,
  }
}

/** What lies open of it. One whose record can be read is made anew at the next pass. */
function unreadableProgress({ id, doneAt }: ParcelRow): VisitProgress {
  const about = { id, projectName: '', reasons: [], files: [] }
  if (doneAt) return { ...about, state: 'done', record: 'accepted', problem: null, receiptAt: new Date(doneAt).toISOString(), textLost: false }
  return { ...about, state: 'queued', record: 'waiting', problem: inEnglish.value ? TEXT_LOST.en : TEXT_LOST.zh, receiptAt: null, textLost: true }
}

function fileProgress(captureId: string, file: ParcelFile, n: number): FileProgress {
  const underWay = running.sent[file.sha256]
  const kept = (file.upload?.parts ?? []).reduce((sum, part) => sum + (part.etag === null ? 0 : part.size), 0)
  const over = file.state === 'stored' || file.state === 'checking'
  return {
    captureId,
    shot: file.shown[n]?.shot ?? '',
    question: file.shown[n]?.question ?? null,
    item: file.shown[n]?.item ?? null,
    size: file.size,
    sent: over ? file.size : (underWay ?? kept),
    state: file.state === 'waiting' && underWay !== undefined ? 'sending' : file.state,
    detail: file.detail,
  }
}
