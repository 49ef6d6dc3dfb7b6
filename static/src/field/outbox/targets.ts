/** Where to send the bytes: given with the answer to the record, asked for again whenever one is over. */
import { at, type Schema } from '../../shared/api/describing'
import { post, problemIn } from '../wire'
import type { Parcel, ParcelFile } from './parcel'
import { LaterForOne, type Run } from './run'
import { fileRefused, spoiltOnItsWay } from './sentences'
import { verdict } from './verdict'

type Targets = Schema<'Targets'>

/** The server takes at most 200 in one call. */
const MOST = 100
const MOST_SPOILT = 3
const OF_ONE_FILE = [413, 422]

export async function askForTargets(parcel: Parcel, files: ParcelFile[], run: Run): Promise<void> {
  for (let first = 0; first < files.length; first += MOST) {
    await askFor(parcel, files.slice(first, first + MOST), run)
  }
}

/** What is to be sent gets its target; what the server has already waits for the receipt. */
export function takeTargets(parcel: Parcel, { uploads, stored = [], checking = [] }: Pick<Targets, 'uploads'> & Partial<Targets>, now: number): void {
  const targets = new Map(uploads.map(target => [target.sha256, target]))
  const there = new Set([...stored, ...checking])
  for (const file of parcel.files.filter(({ state }) => state !== 'stored')) {
    const target = targets.get(file.sha256)
    if (target) give(file, target)
    else if (there.has(file.sha256) && file.state !== 'checking') Object.assign(file, { state: 'checking', checkingSince: now, detail: null })
  }
}

async function askFor(parcel: Parcel, files: ParcelFile[], run: Run): Promise<void> {
  const items = files.map(({ sha256, size, mediaType, purpose }) => ({ sha256, size, media_type: mediaType, purpose }))
  const reply = await run.ask(post(at('/api/uploads'), { items }))
  const said = verdict(reply)
  if (said === 'later') throw new LaterForOne()
  if (said === 'arrived') {
    const targets = reply.body!
    takeTargets(parcel, targets, run.now())
    run.takeNote(targets.uploads)
  }
  else if (files.length > 1 && OF_ONE_FILE.includes(reply.status)) {
    const half = Math.ceil(files.length / 2) // one bad file must not hold up the rest
    await askFor(parcel, files.slice(0, half), run)
    await askFor(parcel, files.slice(half), run)
  } else for (const file of files) refuse(parcel, file, fileRefused(problemIn(reply)), run.now())
  await run.keep(parcel)
}

/** It was sent whole and did not arrive as it is. To send it for ever would empty a battery and somebody's data plan. */
export function noteSpoilt(parcel: Parcel, file: ParcelFile, now: number): void {
  file.spoilt = (file.spoilt ?? 0) + 1
  if (file.spoilt >= MOST_SPOILT) refuse(parcel, file, spoiltOnItsWay(file.spoilt), now)
}

export function refuse(parcel: Parcel, file: ParcelFile, why: string, now: number): void {
  Object.assign(file, { state: 'refused', detail: why, refusedAt: now, upload: null })
  parcel.problem ??= {
    zh: `有文件没有被服务器接受：${why} 文件保留在本机，请联系管理员；处理后点“立即重试”。`,
    en: `The server did not take a file: ${why} It stays on this phone; ask an administrator, then press Try now.`,
  }
}

function give(file: ParcelFile, { id, parts, expires_at }: Schema<'Target'>): void {
  const sent = file.upload?.id === id ? new Map(file.upload.parts.map(part => [part.number, part.etag])) : new Map<number, string | null>()
  file.upload = {
    id, expiresAt: expires_at,
    parts: parts.map(({ number, size, url, etag, received = null }) => ({
      number, size, url, received, etag: etag ?? sent.get(number) ?? null,
    })),
  }
  file.state = 'waiting'
  file.checkingSince = 0
}
