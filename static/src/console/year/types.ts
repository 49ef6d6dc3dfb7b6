/** What the screens of a year's records read of the API. */
import type { Schema } from '../../shared/api/client'

export type YearRecords = Schema<'YearRecords'>
export type Figures = Schema<'FiguresShown'>

export const COUNTS = ['fatal_general_accidents', 'accidents_caused_by_missed_or_unfollowed_hazard', 'valid_complaints', 'lead_projects'] as const
export const BODIES = ['construction_authority', 'emergency_authority'] as const
export const MEASURES = ['deaths', 'serious_injuries', 'loss_yuan'] as const

/** What stands in the fields (a number field gives numbers once it is typed into); empty is not known, which is not 0. */
export function known(typed: Record<string, string | number>): Record<string, number> {
  const given = Object.entries(typed).filter(([, text]) => String(text).trim() !== '')
  return Object.fromEntries(given.map(([name, text]) => [name, Number(text)]))
}

/** The other way: what is on record, as it stands in the fields. */
export function typed(names: readonly string[], figures: Record<string, number | null | undefined>): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, figures[name] == null ? '' : String(figures[name])]))
}
