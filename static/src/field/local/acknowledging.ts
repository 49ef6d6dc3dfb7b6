/** 收到: the person's word that they go, as a link of the phone's chain: it counts from when it was said, network or not. */
import { nowText } from '../clock'
import type { Task } from '../types'
import { forge, inChainOrder, keepLinks } from './chain'
import { followed } from './live'
import { mine, type Local } from './person'
import { kept, orNull } from './vault'

const FACT = 'acknowledged'
const MOST = 50

/** When this phone said 收到, by task. */
type Said = Record<string, string>

export const acknowledged = followed(({ database }) => database.facts.get(FACT), opened, {} as Said)

/** Said already, here or elsewhere, as far as this phone knows. */
export function saidAt(task: Task, here: Said = acknowledged.value): string | null {
  return here[task.id] ?? task.acknowledgement?.acknowledged_at ?? null
}

/** Whether the task still wants its 收到 from this person. */
export function isAwaited(task: Task, here: Said = acknowledged.value): boolean {
  return Boolean(task.acknowledgement) && saidAt(task, here) === null
}

/** Again changes nothing. */
export async function acknowledge(task: Task): Promise<void> {
  const from = mine()
  await inChainOrder(from, async () => {
    const { database, vault } = from
    const before = await opened(await database.facts.get(FACT), from)
    if (before[task.id]) return
    const at = nowText()
    const forged = await forge([{ kind: 'task_acknowledged', subject: { kind: 'task', id: task.id }, task_id: task.id, at }], from)
    const said = Object.fromEntries([...Object.entries(before), [task.id, at]].slice(-MOST))
    const sealed = await vault.sealJson(`facts/${FACT}`, said)
    await kept(database.transaction('rw', database.links, database.facts, async () => {
      await keepLinks(forged, from)
      await database.facts.put({ id: FACT, sealed })
    }))
  })
}

async function opened(row: { sealed: ArrayBuffer } | undefined, { vault }: Local): Promise<Said> {
  return (row && (await orNull(vault.openJson<Said>(`facts/${FACT}`, row.sealed)))) ?? {}
}
