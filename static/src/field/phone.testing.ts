/** A phone with somebody signed in, for tests. Import it before anything that opens a database. */
import 'fake-indexeddb/auto'
import { keepCapture } from './local/captures'
import { startDraft } from './local/drafts'
import { mine } from './local/person'
import { refreshTasks } from './local/tasks'
import { signIn } from './session'
import { Server } from './server.testing'
import { newId } from './ids'
import { published } from '../shared/checklist/cases.testing'
import type { Capture, Draft, Task } from './types'

export { Server }

export async function signedInPhone(): Promise<Server> {
  const server = await Server.started()
  server.people = { lin: newId(), zhao: newId() }
  await signIn('lin', 'right', server.reach)
  return server
}

export function taskOf(changes: Partial<Task> = {}): Task {
  return {
    id: newId(), kind: 'monthly_check', scheme: 'construction_liability', period: '2026-11',
    issued_at: '2026-11-01T00:00:00.000Z', due_at: '2026-11-30T15:59:59.000Z', nonce: 'nonce-1',
    edition: { id: published.edition.id, edition: published.edition.edition, digest: published.digest },
    project: {
      id: newId(), name: '滨江花园三期', address: '', area: '330100', stage: 'structure', site: null, contacts: [],
      units: [{ id: newId(), kind: 'tower_crane', sub: null, name: '1#塔机', details: {} }],
    },
    note: null, re_shoot: null, re_inspection: null, questions: null, last_visit_at: null, ...changes,
  }
}

export function bytesOfSize(size: number, seed = 1): ArrayBuffer {
  const bytes = new Uint8Array(size)
  for (let n = 0; n < size; n += 1) bytes[n] = (n * 31 + seed * 17 + (n >> 8)) & 0xff
  return bytes.buffer
}

export function take(draft: Draft, changes: Partial<Parameters<typeof keepCapture>[0]> = {}): Promise<Capture> {
  return keepCapture({
    draft, bytes: bytesOfSize(3000, Math.random() * 1000), mediaType: 'image/jpeg', question: null, category: 'fire',
    shot: 'far', findingId: null, capture: 'live', fix: null, ...changes,
  })
}

/** A visit with photos of these sizes, not yet handed in. */
export async function visitWith(server: Server, sizes: number[]): Promise<{ draft: Draft; captures: Capture[] }> {
  const task = taskOf()
  server.tasks = [task]
  await refreshTasks(server.reach)
  const draft = await startDraft(task)
  const captures: Capture[] = []
  for (const [n, size] of sizes.entries()) captures.push(await take(draft, { bytes: bytesOfSize(size, n + 1) }))
  return { draft, captures }
}

export async function chunksKept(captureId: string): Promise<number> {
  return mine().database.chunks.where('captureId').equals(captureId).count()
}
