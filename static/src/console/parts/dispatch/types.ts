/** Tasks as those read them who give them out. */
export interface Named {
  id: string
  name: string
}

export interface Assignment {
  organisation: Named
  surveyor: Named | null
  assigned_by: Named | null
  assigned_at: string
}

export interface IssuedTask {
  id: string
  kind: string
  period: string | null
  state: 'open' | 'overdue' | 'unassigned' | 'done' | 'withdrawn'
  project: Named
  organisation: Named & { short_name: string }
  surveyor: Named | null
  /** Of a re-inspection: the words of the hazard. */
  about: string | null
  issued_at: string
  issued_by: Named | null
  due_at: string
  note: string | null
  hazard_id: string | null
  questions: string[] | null
  visit_id: string | null
  closed_at: string | null
  closed_by: Named | null
  words: string | null
  came_after_all: string | null
  assignments: Assignment[]
  etag: string
  may: ('surveyor' | 'withdrawal')[]
}

export interface Candidates {
  surveyors: (Named & { open_tasks: number })[]
  agency: Named | null
}

interface MonthVisit {
  id: string
  finished_at: string
  surveyor: Named
}

export interface MonthItem {
  project: Named
  state: 'missing' | 'unassigned' | 'issued' | 'done'
  visit: MonthVisit | null
  task: IssuedTask | null
  last: MonthVisit | null
  next_surveyor: Named | null
  agency: Named | null
}

export interface MonthIssue {
  period: string
  at: string
  by: Named | null
  issued: number
  unassigned: number
  already: number
}

export const STATES = ['overdue', 'unassigned', 'open', 'done', 'withdrawn'] as const
export const MONTH_STATES = ['missing', 'unassigned', 'issued', 'done'] as const

/** What a chosen taker is in the API: `surveyor:<id>` or `organisation:<id>`. */
export function takerOf(chosen: string): { surveyor_id?: string; organisation_id?: string } {
  const [kind, id] = chosen.split(':')
  return kind === 'organisation' ? { organisation_id: id! } : { surveyor_id: id! }
}
