/**
 * A phone as a program: the app's own keeping, sealing and sending without its screens, told by JSON lines what to do.
 * `node driven.mjs FOLDER URL`; a line in is `{"do", …}`, the line out what came of it, `{"error"}` where it threw.
 */
import { leaveRoom, useDisk } from './disk.testing'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { bytesOf, capturesIn, keepCapture } from './local/captures'
import { rowsOf, startDraft } from './local/drafts'
import { finishDraft } from './local/finishing'
import { mine } from './local/person'
import { refreshTasks, tasks } from './local/tasks'
import type { Carry } from './outbox/carrying'
import { parcelsIn } from './outbox/parcel'
import type { SignedReceipt } from './outbox/receipt'
import { runOutbox } from './outbox/runner'
import { restoreSession, signIn } from './session'
import { Trouble } from './trouble'
import type { Task } from './types'
import type { Reach } from './wire'

const [folder, base] = process.argv.slice(2) as [string, string]
const COOKIES = `${folder}/cookie`
const RealDate = Date
let shift = 0

const reach: Reach = async (path, init) => {
  const cookie = existsSync(COOKIES) ? readFileSync(COOKIES, 'utf8') : ''
  const headers = { ...(init.headers as Record<string, string>), ...(cookie ? { Cookie: cookie } : {}) }
  const reply = await fetch(new URL(path, base), { ...init, headers })
  const given = reply.headers.getSetCookie().map(one => one.split(';')[0]).join('; ')
  if (given) writeFileSync(COOKIES, given)
  return reply
}

/** As carrying.ts does over XMLHttpRequest, which only a browser has. */
const carry: Carry = async (url, bytes, from, sent, signal) => {
  try {
    const headers: Record<string, string> = from ? { 'Upload-Offset': String(from) } : {}
    const reply = await fetch(new URL(url, base), { method: from ? 'PATCH' : 'PUT', body: bytes.slice(from), headers, signal })
    await reply.arrayBuffer()
    sent(bytes.byteLength)
    return { status: reply.status, etag: reply.headers.get('ETag') }
  } catch {
    return 'unreachable'
  }
}

interface Told {
  do: string
  name: string
  password: string
  task: string
  sizes: number[]
  seed: number
  insist: boolean
  runners: number
  ms: number
  bytes: number | null
}

const acts: Record<string, (told: Told) => Promise<unknown>> = {
  async open({ name, password }) {
    if (!(await restoreSession())) await signIn(name, password, reach)
    return {}
  },
  async password({ name, password }) {
    await signIn(name, password, reach)
    return {}
  },
  async tasks() {
    return { tasks: (await refreshTasks(reach)).map(({ id }) => id) }
  },
  async shoot({ task, sizes, seed }) {
    const draft = await startDraft(taskOf(task) ?? (await refreshTasks(reach)).find(({ id }) => id === task)!)
    const captures = []
    for (const [n, size] of sizes.entries()) {
      const { id, sha256 } = await keepCapture({
        draft, bytes: bytesOfSeed(size, seed + n), mediaType: 'image/jpeg', question: null, category: 'fire', shot: 'far',
        findingId: null, capture: 'live', fix: null,
      })
      captures.push({ id, sha256, size })
      say({ kept: { id, sha256 } })
    }
    return { id: draft.id, captures }
  },
  async finish({ task }) {
    const draft = (await rowsOf('draft', mine())).find(({ draft }) => draft.task.id === task)
    if (draft) await finishDraft(draft.draft.id)
    return { id: draft?.draft.id ?? null }
  },
  async sync({ insist = false, runners = 1 }) {
    const way = { reach, carry, originalsMayGo: () => true }
    const ended = await Promise.all(Array.from({ length: runners }, () => runOutbox(mine(), way, { insist })))
    return { ended: ended.map(({ outcome }) => outcome) }
  },
  state,
  clock({ ms }) {
    shift = ms
    return Promise.resolve({})
  },
  room({ bytes }) {
    leaveRoom(bytes)
    return Promise.resolve({})
  },
}

function taskOf(id: string): Task | undefined {
  return tasks.value.find(task => task.id === id)
}

/** All that is on this phone, by what its bytes really are. */
async function state() {
  const from = mine()
  const drafts = (await Promise.all((['draft', 'queued', 'done'] as const).map(which => rowsOf(which, from)))).flat()
  const captures = await Promise.all(drafts.map(async ({ draft }) =>
    (await capturesIn(draft.id, from)).map(capture => ({ ...capture, visit: draft.id }))))
  const receipts = await Promise.all((await from.database.receipts.toArray()).map(async ({ id, sealed }) =>
    [id, await from.vault.openJson<SignedReceipt>(`receipts/${id}`, sealed)] as const))
  return {
    captures: await Promise.all(captures.flat().map(async ({ id, sha256, size, visit }) => ({ id, sha256, size, visit, here: await isHere(id, sha256) }))),
    parcels: (await parcelsIn(from)).map(({ id, sha256, record, receiptAt, files }) => ({
      id, sha256, record, receiptAt, files: files.map(file => ({ sha256: file.sha256, state: file.state, detail: file.detail })),
    })),
    receipts: Object.fromEntries(receipts),
  }
}

async function isHere(id: string, sha256: string): Promise<boolean> {
  try {
    return createHash('sha256').update(new Uint8Array(await bytesOf(id))).digest('hex') === sha256
  } catch (error) {
    if (error instanceof Trouble && error.code === 'BytesGone') return false
    throw error
  }
}

/** The same for the same seed, other for any other, and no run of it repeats. */
function bytesOfSeed(size: number, seed: number): ArrayBuffer {
  const words = new Uint32Array(Math.ceil(size / 4))
  let x = (seed * 2654435761) >>> 0 || 1
  for (let n = 0; n < words.length; n += 1) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    words[n] = x
  }
  return words.buffer.slice(0, size)
}

function moveClock(): void {
  globalThis.Date = class extends RealDate {
    constructor(...given: unknown[]) {
      super(...((given.length ? given : [RealDate.now() + shift]) as [number]))
    }
    static override now() {
      return RealDate.now() + shift
    }
  } as DateConstructor
}

function say(what: unknown): void {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}

mkdirSync(folder, { recursive: true })
moveClock()
await useDisk(`${folder}/journal`)
say({ ready: true })
for await (const line of createInterface({ input: process.stdin })) {
  const told = JSON.parse(line) as Told
  try {
    say({ did: told.do, ...((await acts[told.do]!(told)) as object) })
  } catch (error) {
    say({ did: told.do, error: error instanceof Trouble ? error.code : String((error as Error).stack) })
  }
}
