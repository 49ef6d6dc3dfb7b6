/** The three things that travel: the record, the parts of the files, and the word that a file is whole. */
import { at, type Schema } from '../../shared/api/describing'
import { readChunks } from '../local/chunks'
import type { Part } from '../local/database'
import { isUnreadable } from '../local/vault'
import { Trouble } from '../trouble'
import { post, problemIn, putSigned } from '../wire'
import { running } from './progress'
import { recordOf, type Parcel, type ParcelFile, type PartSent } from './parcel'
import { Later, LaterForOne, type Run } from './run'
import { fileRefused, quarantined, refused, storeBusy, TEXT_LOST } from './sentences'
import { askForTargets, noteSpoilt, refuse, takeTargets } from './targets'
import { partVerdict, recordVerdict, verdict } from './verdict'

const AT_ONCE = 2
/** Files told to be whole in one call. */
const BATCH = 6
const NOT_AS_SENT = ['wrong_hash', 'wrong_size', 'missing_parts']

export async function sendRecord(parcel: Parcel, run: Run): Promise<void> {
  running.sendingRecord = parcel.id
  try {
    const { body, deviceId, signature } = await recordOf(parcel, run.from)
    const headers = { 'Fieldapp-Device': deviceId, 'Fieldapp-Signature': signature }
    const reply = await run.ask(putSigned(at('/api/visits/{visit_id}', { visit_id: parcel.id }), body, headers))
    parcel.triedAt = run.now()
    const said = recordVerdict(reply, parcel.sha256)
    if (said === 'later') run.putOff = true // this one is put off, the others need not wait for it
    else if (said === 'refused') Object.assign(parcel, { record: 'refused', problem: refused(problemIn(reply)) })
    else take(parcel, reply.body!, run)
    await run.keep(parcel)
  } catch (error) {
    if (!isUnreadable(error)) throw error
    Object.assign(parcel, { record: 'refused', triedAt: run.now(), textLost: true, problem: TEXT_LOST })
    await run.keep(parcel) // it must not hold up the others
  } finally {
    running.sendingRecord = null
  }
}

/** Sends what waits of one purpose, in batches; each batch is completed before the next begins. */
export async function sendFiles(parcel: Parcel, purpose: Part, run: Run): Promise<void> {
  const waiting = parcel.files.filter(file => file.purpose === purpose && file.state === 'waiting')
    .sort((a, b) => Number(run.wasPutOff(a.sha256)) - Number(run.wasPutOff(b.sha256)))
  if (!waiting.length) return
  await askForTargets(parcel, waiting.filter(file => !usable(file, run.now())), run)
  const ready = waiting.filter(file => file.state === 'waiting' && file.upload)
  for (let first = 0; first < ready.length && !run.anew && !run.hasEnough; first += BATCH) {
    const batch = ready.slice(first, first + BATCH)
    await severalAtOnce(batch, async (file) => { if (!run.hasEnough) await sendFile(parcel, file, run) })
    await complete(parcel, batch.filter(isSent), run)
  }
}

function take(parcel: Parcel, { state, reasons, uploads }: Schema<'Kept'>, run: Run): void {
  run.arrived()
  parcel.record = state
  parcel.reasons = reasons ?? []
  parcel.problem = state === 'quarantined' ? quarantined(parcel.reasons) : null
  takeTargets(parcel, { uploads: uploads ?? [] }, run.now())
  run.takeNote(uploads ?? [])
}

async function sendFile(parcel: Parcel, file: ParcelFile, run: Run): Promise<void> {
  try {
    if ((await sendParts(parcel, file, run)) === null) return
    await askForTargets(parcel, [file], run)
    const refusedBy = file.upload ? await sendParts(parcel, file, run) : null
    if (refusedBy !== null) throw new NotTaken(refusedBy) // a fresh URL: it is not the URL
  } catch (error) {
    if (error instanceof NotTaken) return putOff(parcel, file, error, run)
    if (!isOfTheFile(error)) throw error
    refuse(parcel, file, error.sentence, run.now())
    parcel.problem = { zh: error.zh, en: error.en }
    await run.keep(parcel)
  } finally {
    delete running.sent[file.sha256]
  }
}

/** Its bytes cannot be had here. What else goes wrong on the phone is no fault of the file, and over at the next try. */
function isOfTheFile(error: unknown): error is Trouble {
  return isUnreadable(error) || (error instanceof Trouble && error.code === 'BytesGone')
}

/** The store did not take a part, or the way to it was cut: another file may well go. */
class NotTaken extends Error {
  constructor(readonly status: number | null) {
    super('not taken')
  }
}

/** It stays as it is and says why; the next pass tries it again. */
async function putOff(parcel: Parcel, file: ParcelFile, { status }: NotTaken, run: Run): Promise<void> {
  if (status !== null) file.detail = storeBusy(status)
  await run.keep(parcel)
  run.putOffFile(file.sha256, status === null)
}

/** null where all of it arrived, else the status by which the store refused a part: its URL is over or unfit. */
async function sendParts(parcel: Parcel, file: ParcelFile, run: Run): Promise<number | null> {
  let start = 0
  if (file.upload && !run.isFresh(file.upload.id)) await askWhatIsThere(file.upload.parts, run)
  for (const part of file.upload?.parts ?? []) {
    const refusedBy = part.etag === null ? await sendPart(parcel, file, part, start, run) : null
    if (refusedBy !== null) {
      file.upload = null
      await run.keep(parcel)
      return refusedBy
    }
    start += part.size
  }
  return null
}

async function sendPart(parcel: Parcel, file: ParcelFile, part: PartSent, start: number, run: Run): Promise<number | null> {
  run.requireGoing()
  const bytes = await readChunks(file.captureIds[0]!, file.purpose, start, start + part.size, run.from)
  const tell = (sent: number) => { running.sent[file.sha256] = start + Math.min(sent, part.size) }
  const from = part.received ?? 0
  tell(from)
  const reply = await run.way.carry(part.url, bytes, from, tell, run.signal)
  const said = partVerdict(reply)
  if (reply === 'unreachable') throw new NotTaken(null)
  if (said === 'later') throw reply.status >= 500 ? new NotTaken(reply.status) : new Later()
  if (said === 'ask_again') return reply.status
  run.arrived(file.sha256)
  part.etag = reply.etag ?? ''
  await run.keep(parcel) // a cut after this point costs only what comes after it
  return null
}

/** An earlier try may have been cut inside a part, or its answer lost: only what is missing travels again. */
async function askWhatIsThere(parts: PartSent[], run: Run): Promise<void> {
  const cut = parts.find(({ etag, received }) => etag === null && typeof received === 'number')
  if (!cut) return
  run.requireGoing()
  const reply = await run.way.reach(cut.url, { method: 'HEAD', cache: 'no-store', signal: run.signal }).catch(() => null)
  if (!reply) throw new Later(false)
  if (!reply.ok) return // the URL is over: sending to it says so, and a fresh one is asked for
  cut.received = Math.min(Number(reply.headers.get('Upload-Offset') ?? 0), cut.size)
  cut.etag = reply.headers.get('ETag')
}

async function complete(parcel: Parcel, batch: ParcelFile[], run: Run): Promise<void> {
  if (!batch.length) return
  const uploads = batch.map(({ upload }) => ({
    id: upload!.id, parts: upload!.parts.map(({ number, etag }) => ({ number, etag: etag || null })),
  }))
  const reply = await run.ask(post(at('/api/uploads/completions'), { uploads }))
  const said = verdict(reply)
  if (said === 'later') throw new LaterForOne()
  const outcomes = said === 'arrived' ? (reply.body!.uploads ?? []) : []
  for (const file of batch) conclude(parcel, file, outcomes.find(({ id }) => id === file.upload!.id), run)
  if (said === 'refused') for (const file of batch) file.detail = fileRefused(problemIn(reply))
  await run.keep(parcel)
}

/** Anything but "here" means: ask for a fresh upload at the next pass. What lies on the phone is never in doubt. */
function conclude(parcel: Parcel, file: ParcelFile, outcome: Schema<'Outcome'> | undefined, run: Run): void {
  if (outcome?.state === 'stored' || outcome?.state === 'checking') {
    file.state = 'checking'
    file.checkingSince = run.now()
    file.detail = null
  } else {
    file.upload = null
    file.detail = outcome?.detail ?? null
    run.putOff = true
    if (outcome && NOT_AS_SENT.includes(outcome.state)) noteSpoilt(parcel, file, run.now())
  }
}

function usable({ upload }: ParcelFile, now: number): boolean {
  return upload !== null && Date.parse(upload.expiresAt) - 30_000 > now
}

function isSent({ state, upload }: ParcelFile): boolean {
  return state === 'waiting' && upload !== null && upload.parts.every(({ etag }) => etag !== null)
}

/** All are begun or none is left running when this rejects: a pass never leaves an upload behind it. */
async function severalAtOnce<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await act(item)
  }
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker))
  const failed = ended.find(end => end.status === 'rejected')
  if (failed) throw failed.reason as Error
}
