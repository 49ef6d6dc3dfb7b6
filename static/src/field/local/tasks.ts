/** The person's open tasks with all that working offline needs: editions of the checklist, the photo to take again. */
import { at } from '../../shared/api/describing'
import { canonical, type Json } from '../../shared/canonical'
import { nowText, observeServerTime } from '../clock'
import { sha256OfText } from '../hashing'
import { askSigned, wantSigned } from '../session'
import { Trouble } from '../trouble'
import type { Edition, Task } from '../types'
import { get, overTheNetwork, type Reach } from '../wire'
import { forge, inChainOrder, keepLinks } from './chain'
import type { Row } from './database'
import { followed } from './live'
import { newsOf, tell } from './news'
import { mine, type Local } from './person'
import { keepPicture } from './showing'
import { apart, kept, orNull } from './vault'

/** By due date. Follows what is kept, so it is there offline. */
export const tasks = followed<Row[], Task[]>(
  ({ database }) => database.tasks.toArray(),
  async (rows, from) => (await opened(rows, from)).sort((a, b) => a.due_at.localeCompare(b.due_at)),
  [],
)

/** Asks the server and keeps what it says. Throws Problem or Unreachable; what was kept before stays then. Throws Trouble EditionMissing after the rest was kept. */
export async function refreshTasks(reach: Reach = overTheNetwork): Promise<Task[]> {
  const from = mine()
  const askedAt = Date.now()
  const reply = await wantSigned(get(at('/api/tasks')), reach)
  await observeServerTime(reply.server_time, askedAt, Date.now())
  // Editions first: a task must never show up on a phone that cannot open its checklist.
  const { ready, lacking } = await withEditions(reply.tasks, from, reach)
  const before = await tasksIn(from)
  await inChainOrder(from, () => keepTasks(ready, from))
  await tell(newsOf(before, ready, nowText()), from)
  await Promise.all(ready.map(({ id, re_shoot }) => re_shoot?.thumb_url && keepPicture(`rejected ${id}`, re_shoot.thumb_url, from, reach)))
  if (lacking) throw lacking
  return ready
}

/** Those whose checklist is here, and why another is not: one checklist that does not come holds up no other task. */
async function withEditions(all: readonly Task[], from: Local, reach: Reach): Promise<{ ready: Task[]; lacking: Trouble | null }> {
  const ready: Task[] = []
  let lacking: Trouble | null = null
  for (const task of all) {
    try {
      await keepEdition(task.edition, from, reach)
      ready.push(task)
    } catch (error) {
      if (!(error instanceof Trouble && error.code === 'EditionMissing')) throw error
      lacking = error
    }
  }
  return { ready, lacking }
}

/** The checklist as published; from the phone, else from the server. Throws Trouble EditionMissing where it is neither. */
export async function editionOf(wanted: Task['edition'], reach: Reach = overTheNetwork): Promise<Edition> {
  const from = mine()
  const known = await keptEdition(wanted, from)
  return known ?? keepEdition(wanted, from, reach)
}

/** The same where it is on this phone; null where it is not. */
export function editionHere(wanted: Task['edition']): Promise<Edition | null> {
  return keptEdition(wanted, mine())
}

export async function tasksIn(from: Local): Promise<Task[]> {
  return opened(await from.database.tasks.toArray(), from)
}

/** One that cannot be read comes anew with the next list. */
async function opened(rows: readonly Row[], { vault }: Local): Promise<Task[]> {
  return (await apart(rows, row => vault.openJson<Task>(`tasks/${row.id}`, row.sealed))).found
}

/** The tasks, and for each that is new the link with which its part of the chain begins. */
async function keepTasks(fresh: Task[], from: Local): Promise<void> {
  const { database, vault } = from
  const known = new Set(await database.links.where('subject').anyOf(fresh.map(({ id }) => id)).uniqueKeys() as string[])
  const said = fresh.filter(({ id }) => !known.has(id)).map(({ id, nonce }) => (
    { kind: 'task_downloaded' as const, subject: { kind: 'task' as const, id }, task_id: id, nonce, at: nowText() }))
  const forged = said.length ? await forge(said, from) : null
  const rows = await Promise.all(
    fresh.map(async task => ({ id: task.id, sealed: await vault.sealJson(`tasks/${task.id}`, task) })),
  )
  await kept(database.transaction('rw', database.tasks, database.links, database.facts, async () => {
    await database.tasks.clear() // a draft holds its own copy of its task
    await database.tasks.bulkPut(rows)
    if (forged) await keepLinks(forged, from)
  }))
}

export async function keptEdition(wanted: Task['edition'], { database, vault }: Local): Promise<Edition | null> {
  const row = await database.editions.get(wanted.digest)
  return row ? orNull(vault.openJson<Edition>(`editions/${wanted.digest}`, row.sealed)) : null
}

async function keepEdition(wanted: Task['edition'], from: Local, reach: Reach): Promise<Edition> {
  const known = await keptEdition(wanted, from)
  if (known) return known
  const reply = await askSigned(get(at('/api/checklists/{checklist}/{edition}', { checklist: wanted.id, edition: wanted.edition })), reach)
  const published = reply !== 'unreachable' && reply.status === 200 ? reply.body : null
  if (!published?.edition || (await sha256OfText(canonical(published.edition as Json))) !== wanted.digest) {
    throw new Trouble(
      'EditionMissing',
      '检查表没有下载完整，请在有网络时打开“今日”重新下载。',
      'The checklist has not come whole. Open Today again when there is a network.',
    )
  }
  const edition = published.edition as unknown as Edition // its digest is the one that was published
  const sealed = await from.vault.sealJson(`editions/${wanted.digest}`, edition)
  await kept(from.database.editions.put({ id: wanted.digest, sealed }))
  return edition
}
