/** Papers that do not change: carried over when a check begins, until they lapse or somebody inspects them anew. */
import { day } from '../../shared/format'
import type { Question } from '../../shared/checklist/walk'
import type { Draft, DraftAnswer, Task } from '../types'

/** The answers that a check of this task begins with; what lapsed since the task was downloaded is left out. */
export function carriedInto({ carried = [] }: Task, at: string): Record<string, DraftAnswer> {
  const valid = carried.filter(({ valid_until }) => valid_until === null || valid_until >= day(at))
  return Object.fromEntries(valid.map(one => [one.question, {
    question: one.question, answeredAt: at, byGroup: false, finding: null, carried: { ...one },
    answer: { value: 'pass', reason: null, words: null, readings: [] },
  } satisfies DraftAnswer]))
}

/** What the draw falls on is looked at today. It may fall on another question later, when a drawn one is 不适用. */
export function openDrawn({ answers }: Draft, drawn: ReadonlySet<string>): void {
  for (const key of drawn) {
    if (answers[key]?.carried) delete answers[key]
  }
}

/** Whether the paper has a day until which it is valid, to be written down when it is inspected. */
export function asksUntil({ item }: Question, said: DraftAnswer | undefined): boolean {
  return item.cadence === 'until_expiry' && said?.answer.value === 'pass' && !said.carried
}

/** What the record says of it: nothing of what is neither carried nor dated. */
export function carriedAs({ carried, validUntil }: DraftAnswer) {
  if (carried) return { carried_from: { visit_id: carried.visit_id, answered_at: carried.answered_at }, valid_until: carried.valid_until }
  return validUntil ? { valid_until: validUntil } : {}
}
