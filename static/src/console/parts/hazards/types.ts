/** A hazard as the API tells it. */
export interface Named {
  id: string
  name: string
}

export interface Hazard {
  id: string
  state: 'open' | 'overdue' | 'closed'
  escalation: 'refused' | 'overdue' | null
  rounds: number
  task: { id: string; due_at: string; organisation: Named; surveyor: Named | null } | null
  project: Named
  opened_at: string
  due_at: string
  closed_at: string | null
  finding: { visit_id: string; severity: string; words: string; place: string; photos: string[] }
}

export interface StepPhoto {
  id: string
  shot: string
  thumb_url: string
  captured_at: string
  verdict: 'accepted' | 'rejected' | null
}

export interface CourseStep {
  step: 'found' | 'notice' | 'severity' | 're_inspection' | 'closed' | 'reopened' | 're_inspection_due'
  at: string
  by: string | null
  words: string | null
  outcome: string | null
  due_at: string | null
  visit_id: string | null
  photos: StepPhoto[]
}

export interface OneHazard extends Hazard {
  scheme: string
  item: { id: string; zh: string; en: string } | null
  unit: Named | null
  surveyor: Named
  course: CourseStep[]
}

export const STATES = ['refused', 'overdue', 'open', 'closed'] as const

/** `refused` says more than `overdue`, which says more than `open`. */
export const shownState = (hazard: Hazard): string => hazard.escalation ?? hazard.state

const HOUR = 3_600_000

/** How far the deadline is, in whole days and hours; `late` when it is past. */
export function apart(due: string, now = Date.now()): { late: boolean; days: number; hours: number } {
  const ms = Date.parse(due) - now
  const hours = Math.floor(Math.abs(ms) / HOUR)
  return { late: ms < 0, days: Math.floor(hours / 24), hours: hours % 24 }
}

/** As found, and as last seen: the pair that tells whether it was put right. */
export function pairOf(course: readonly CourseStep[]): { then: StepPhoto | null; now: StepPhoto | null } {
  const found = course.find(({ step }) => step === 'found')?.photos ?? []
  const seen = [...course].reverse().find(({ step, photos }) => step === 're_inspection' && photos.length)?.photos ?? []
  const last = seen.at(-1) ?? found.find(({ shot }) => shot === 'after') ?? null
  return { then: found.find(({ shot }) => shot === 'before' || shot === 'near') ?? found[0] ?? null, now: last }
}
