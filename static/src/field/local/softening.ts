/** What was unsafe and no longer is: the chain says so, whatever the record says later. Pure. */
import type { Said, Softened } from '../sealing'
import type { Draft, DraftAnswer } from '../types'

/** Unsafe answers by question. */
export type Standing = Record<string, { value: 'fail' | 'suspected_major'; findingId: string | null; answeredAt: string }>

export function standingIn({ answers }: Draft): Standing {
  const unsafe = Object.values(answers).filter(({ answer }) => answer.value === 'fail')
  return Object.fromEntries(unsafe.map(({ question, answer, finding, answeredAt }) => [question, {
    value: answer.major_answer === true ? 'suspected_major' as const : 'fail' as const, findingId: finding?.id ?? null, answeredAt,
  }]))
}

/** A thumb that slips is said as well: the chain tells how long what it took back had stood. */
export function takenBack(
  visitId: string, before: Standing, now: Standing, answers: Readonly<Record<string, DraftAnswer>>, at: string,
): Said[] {
  return Object.entries(before).flatMap(([question, { value, findingId, answeredAt }]) => {
    const to = softer(value, now[question]?.value, answers[question]?.answer.value)
    if (!to) return []
    const subject = { kind: 'visit' as const, id: visitId }
    return [{ kind: 'answer_softened' as const, subject, question, finding_id: findingId, from: value, to, answered_at: answeredAt, at }]
  })
}

function softer(before: 'fail' | 'suspected_major', now: string | undefined, answer: string | undefined): Softened | null {
  if (now === undefined) return (answer as Softened | undefined) ?? 'unanswered'
  return before === 'suspected_major' && now === 'fail' ? 'general' : null
}
