/** A hazard as the API tells it. */
import type { Schema } from '../../../shared/api/client'

export type Named = Schema<'Named'>
export type Hazard = Schema<'Hazard'>
export type StepPhoto = Schema<'StepPhoto'>
export type CourseStep = Schema<'CourseStep'>
export type OneHazard = Schema<'OneHazard'>

export const STATES = ['undecided', 'refused', 'overdue', 'open', 'closed'] as const

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
