/** What came since the person last looked: re-shoots, new tasks, moved deadlines, receipts, decisions. Shown as one count on 今日. */
import type { ShallowRef } from 'vue'
import type { Task } from '../types'
import { followed } from './live'
import { keepPersonalFact, mine, personalFact, type Local } from './person'
import { orNull } from './vault'

export type NewsKind = 're_shoot' | 'task' | 'due_moved' | 'receipt' | 'released' | 'offered_again'

export interface News {
  kind: NewsKind
  /** Of the task or visit. */
  id: string
  project: string
  at: string
}

const NEWS = 'news'
const MOST = 50

/** Newest last; empty once it was looked at. */
export const news: ShallowRef<News[]> = followed(
  ({ database }) => database.facts.get(NEWS),
  async (row, { vault }) => (row && (await orNull(vault.openJson<News[]>(`facts/${NEWS}`, row.sealed)))) ?? [],
  [] as News[],
)

/** What the fresh list of tasks says that the one before did not. A first list is no news. Pure. */
export function newsOf(before: readonly Task[], fresh: readonly Task[], at: string): News[] {
  if (!before.length) return []
  const known = new Map(before.map(task => [task.id, task]))
  return fresh.flatMap((task): News[] => {
    const old = known.get(task.id)
    if (!old) return [{ kind: task.kind === 're_shoot' ? 're_shoot' : 'task', id: task.id, project: task.project.name, at }]
    return old.due_at === task.due_at ? [] : [{ kind: 'due_moved', id: task.id, project: task.project.name, at }]
  })
}

/** Added to what waits to be looked at; the same thing is told once. */
export async function tell(added: readonly News[], from: Local = mine()): Promise<void> {
  if (!added.length) return
  const there = (await personalFact<News[]>(NEWS, from)) ?? []
  const fresh = added.filter(one => !there.some(({ kind, id }) => kind === one.kind && id === one.id))
  if (fresh.length) await keepPersonalFact(NEWS, [...there, ...fresh].slice(-MOST), from)
}

export function looked(): Promise<void> {
  return keepPersonalFact(NEWS, [])
}
