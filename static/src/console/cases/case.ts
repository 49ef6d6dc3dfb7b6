/** An injury case as `GET /api/cases/{id}` tells it; the injured person is masked. */
import type { Schema } from '../../shared/api/client'

export type Media = Schema<'CaseMedium'>
export type Case = Schema<'Case'>
export type OneCase = Schema<'OneCase'>

/** The year that a case is scored in: that of its report, in Shanghai. */
export function periodOf(one: Case): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai', year: 'numeric' }).format(new Date(one.reported_at))
}

/** The case's moments that have come, and those still to come with a null. */
export function moments(one: Case): { what: string; at: string | null; by: string | null }[] {
  return [
    { what: 'occurred', at: one.occurred_at, by: null },
    { what: 'reported', at: one.reported_at, by: null },
    { what: 'surveyed', at: one.surveyed_at, by: one.surveyor?.name ?? null },
    { what: 'handed_over', at: one.hand_over?.handed_over_at ?? null, by: one.hand_over?.handed_over_by.name ?? null },
  ]
}

/** `2 小时 10 分`: how long after the report somebody was there. Null before that. */
export function minutesToSurvey(one: Case): number | null {
  return one.surveyed_at ? Math.round((Date.parse(one.surveyed_at) - Date.parse(one.reported_at)) / 60_000) : null
}
