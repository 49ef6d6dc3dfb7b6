/** What may be begun without a task, and where: asked for with the tasks, kept for the place without signal. */
import { shallowRef } from 'vue'
import { at, type Schema } from '../../shared/api/describing'
import { keepPersonalFact, mine, personalFact } from '../local/person'
import { startDraft } from '../local/drafts'
import { editionOf } from '../local/tasks'
import { newId } from '../ids'
import { nowText } from '../clock'
import { wantSigned } from '../session'
import { get, overTheNetwork, type Reach } from '../wire'
import type { Draft, Task } from '../types'

export type Startable = Schema<'Startable'>
export type StartableForm = Schema<'StartableForm'>
export type StartableProject = Schema<'StartableProject'>

const FACT = 'startable'

export const startable = shallowRef<Startable | null>(null)

/** Asks the server and keeps what it says, each form with it. Throws Problem or Unreachable; what was kept stays then. */
export async function refreshStartable(reach: Reach = overTheNetwork): Promise<void> {
  const from = mine()
  const said = await wantSigned(get(at('/api/startable')), reach)
  // Forms first: nothing may be offered that this phone cannot open offline.
  for (const form of said.forms) await editionOf(form, reach)
  await keepPersonalFact(FACT, said, from)
  startable.value = said
}

/** As kept; null where this phone has never been told. */
export async function readStartable(): Promise<Startable | null> {
  startable.value = await personalFact<Startable>(FACT)
  return startable.value
}

/** A draft of a visit that nobody ordered. */
export function beginForm(form: StartableForm, { project }: StartableProject, scheme: string): Promise<Draft> {
  const at = nowText()
  const task: Task = {
    id: newId(), kind: form.id, scheme, period: null, issued_at: at, due_at: at, nonce: '',
    edition: { id: form.id, edition: form.edition, digest: form.digest },
    project, note: null, re_shoot: null, re_inspection: null, questions: null, last_visit_at: null, context: {}, unplanned: true,
  }
  return startDraft(task)
}
