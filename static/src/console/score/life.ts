/** The life of an occurrence as a person sees it: what was done, what is to come, what they may do now, and why not. */
import type { Occurrence, Step } from './types'

export interface Stage {
  step: string
  done: Step | null
}

const COURSE = ['proposed', 'verified', 'notified', 'final']

/** Steps done, in order, then those still to come; an appeal only where it was made. */
export function stages(one: Occurrence): Stage[] {
  const done = one.steps.map((step) => ({ step: step.step, done: step }))
  if (one.state === 'dropped' || upheld(one)) return done
  const decided = one.state === 'appealed' ? ['decided'] : []
  const reached = Math.max(...one.steps.map((step) => COURSE.indexOf(step.step)))
  return [...done, ...[...decided, ...COURSE.slice(reached + 1)].map((step) => ({ step, done: null }))]
}

/** What this person's side may put now; the written decision waits for the appeal time. */
export function open(one: Occurrence, at: number): string[] {
  return one.next.filter((resource) => resource !== 'finality' || !stillAppealable(one, at))
}

/** Why the next step of its course is not this person's to take now: the name of a sentence, or null. */
export function whyNot(one: Occurrence, own: string, at: number): string | null {
  if (one.state === 'final' || one.state === 'dropped') return null
  if (own === one.insurer.id) return whyInsurerWaits(one, at)
  if (own !== one.authority.id) return 'why.other_authority'
  if (one.state === 'proposed' && !one.next.includes('verification')) return 'why.second_person'
  if (one.state === 'notified' && stillAppealable(one, at)) return 'why.appeal_time'
  return null
}

function whyInsurerWaits(one: Occurrence, at: number): string | null {
  if (one.state === 'notified') return stillAppealable(one, at) ? null : 'why.appeal_late'
  return one.state === 'verified' ? 'why.not_told' : 'why.authority_decides'
}

const stillAppealable = (one: Occurrence, at: number) =>
  one.state === 'notified' && one.appeal_due_at !== null && at <= Date.parse(one.appeal_due_at)

const upheld = (one: Occurrence) => one.steps.some((step) => step.outcome === 'upheld')
