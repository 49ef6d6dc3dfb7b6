/** A draft whose row cannot be read: its photos, its links and its task lie apart, and it is begun anew with them. */
import { nowText } from '../clock'
import { Trouble } from '../trouble'
import type { Draft, Task } from '../types'
import { inChainOrder, linksOf } from './chain'
import { draftIn, draftOf, openDraftRow, sealedDraft, taskFact } from './drafts'
import { mine, personalFact, type Local } from './person'
import { tasksIn } from './tasks'
import { kept, orNull } from './vault'

/**
 * Under its id, with its photos and its place in the chain; its answers are given anew. What could not be read stays
 * beside it. Its task. Throws Trouble NoTask where nothing says what it was begun of.
 */
export function beginAgain(id: string): Promise<Task> {
  const from = mine()
  return inChainOrder(from, async () => {
    const { database, vault } = from
    const row = await database.drafts.get(id)
    const known = row && (await orNull(openDraftRow(row, vault)))
    if (known || row?.state !== 'draft') return (await draftIn(id, from)).task // another tab was quicker
    const draft = await draftAnew(id, from)
    const fresh = await sealedDraft(draft, 'draft', from)
    await kept(database.transaction('rw', database.drafts, database.facts, async () => {
      await database.facts.put({ id: `unreadable draft ${id}`, sealed: row.sealed })
      await database.drafts.put(fresh)
    }))
    return draft.task
  })
}

async function draftAnew(id: string, from: Local): Promise<Draft> {
  const task = await taskOf(id, from)
  if (!task) {
    throw new Trouble(
      'NoTask', '本机的任务列表里没有这次检查的任务，没法接着填。请联网刷新“今日”后再试；仍不行请保留本机数据并联系管理员。',
      'The task of this visit is not in the list on this phone. Refresh Today with a network and try again; else leave the data on this phone and tell an administrator.',
    )
  }
  return draftOf(id, task, (await startOf(id, from))?.at ?? nowText())
}

/** Kept beside the draft when it was begun; of one that came from another phone, the list of tasks may know it. */
export async function taskOf(id: string, from: Local): Promise<Task | null> {
  const begun = await personalFact<Task>(taskFact(id), from)
  if (begun) return begun
  const taskId = (await startOf(id, from))?.task_id
  return (await tasksIn(from)).find(task => task.id === taskId) ?? null
}

interface Start {
  kind: string
  task_id: string
  at: string
}

async function startOf(id: string, from: Local): Promise<Start | undefined> {
  const links = await linksOf([id], new Set(), from)
  return links.map(({ seal }) => JSON.parse(seal) as Start).find(({ kind }) => kind === 'visit_started')
}
