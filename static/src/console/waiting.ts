/** What waits for whoever is signed in: where each matter is dealt with, and which of them cannot wait. */
import type { Schema } from '../shared/api/client'

export type What = Schema<'Matter'>['what']

const WHERE: Record<What, string> = {
  surveys_unacknowledged: '/dispatch?kind=accident_survey',
  hazards_refused: '/hazards?state=refused',
  hazards_overdue: '/hazards?state=overdue',
  severities: '/hazards?state=undecided',
  tasks_unassigned: '/dispatch?state=unassigned',
  tasks_overdue: '/dispatch?state=overdue',
  photos: '/desk',
  photos_blind: '/desk?queue=blind',
  quarantine: '/quarantine',
  cases: '/cases',
  cases_to_judge: '/cases',
  findings_unanswered: '/inspections?state=overdue',
  findings_to_answer: '/inspections?state=waiting',
  findings_to_record: '/inspections?state=responded',
  absences_told: '/score',
  occurrences_told: '/score',
  occurrences_to_verify: '/score',
  occurrences_to_tell: '/score',
  occurrences_to_decide: '/score',
  occurrences_to_end: '/score',
  forms: '/score',
  resemblances: '/resemblances',
}
const URGENT: ReadonlySet<What> = new Set(['surveys_unacknowledged', 'hazards_refused', 'hazards_overdue', 'tasks_overdue', 'findings_unanswered'])

export interface Tile {
  what: What
  count: number
  to: string
  urgent: boolean
}

/** As the server orders them, without what has nothing waiting. */
export function tilesOf(waiting: readonly Schema<'Matter'>[]): Tile[] {
  return waiting.filter(({ count }) => count > 0).map(({ what, count }) => ({ what, count, to: WHERE[what], urgent: URGENT.has(what) }))
}
