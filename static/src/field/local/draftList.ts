/** Visits of this phone for lists: drafts, queued and done ones, newest change first; those that cannot be read apart. */
import { computed } from 'vue'
import type { Draft, Task, VisitState } from '../types'
import type { DraftRow } from './database'
import { openDraftRow } from './drafts'
import { followed } from './live'
import type { Local } from './person'
import { orNull } from './vault'

/** A draft, or what became of it. */
export interface DraftSummary {
  id: string
  state: VisitState
  task: Task
  startedAt: string
  finishedAt: string | null
  changedAt: number
  answered: number
}

/** What lies open of a visit whose row cannot be read. */
export type UnreadableDraft = Pick<DraftRow, 'id' | 'state' | 'changedAt'>

type Stand = [id: string, state: VisitState, changedAt: number]

interface Changed {
  stand: Stand[]
  rows: (DraftRow | undefined)[]
}

/** An open draft is saved several times a second: only what changed is read and decrypted again. */
const summaries = new WeakMap<Local, Map<string, DraftSummary | UnreadableDraft>>()

function summariesOf(from: Local): Map<string, DraftSummary | UnreadableDraft> {
  const known = summaries.get(from) ?? new Map<string, DraftSummary | UnreadableDraft>()
  summaries.set(from, known)
  return known
}

const all = followed<Changed, (DraftSummary | UnreadableDraft)[]>(
  async (from) => {
    const stand = (await from.database.drafts.orderBy('[id+state+changedAt]').keys()) as unknown as Stand[]
    const known = summariesOf(from)
    const changed = stand.filter(([id, state, at]) => known.get(id)?.state !== state || known.get(id)?.changedAt !== at)
    return { stand, rows: await from.database.drafts.bulkGet(changed.map(([id]) => id)) }
  },
  async ({ stand, rows }, from) => {
    const known = summariesOf(from)
    for (const row of rows) if (row) known.set(row.id, await summary(row, from))
    return stand.flatMap(([id]) => known.get(id) ?? []).sort((a, b) => b.changedAt - a.changedAt)
  },
  [],
)

export const drafts = computed(() => all.value.filter(one => 'task' in one))

export const unreadableDrafts = computed(() => all.value.filter((one): one is UnreadableDraft => !('task' in one)))

async function summary(row: DraftRow, { vault }: Local): Promise<DraftSummary | UnreadableDraft> {
  const { id, state, changedAt } = row
  const draft = await orNull<Draft>(openDraftRow(row, vault))
  if (!draft) return { id, state, changedAt }
  const { task, startedAt, finishedAt, answers } = draft
  return { id, state, task, startedAt, finishedAt, changedAt, answered: Object.keys(answers).length }
}
