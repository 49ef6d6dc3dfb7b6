/** What an authority saw beside what the insurer answered, as the API tells it. */
import { call } from '../../../shared/api/client'
import type { Named } from '../evidence/types'

export const COMPARISONS = ['agreed', 'missed', 'understated', 'falsely_closed', 'found_later', 'not_comparable'] as const
export const STATES = ['waiting', 'responded', 'overdue', 'recorded', 'settled'] as const

export interface AuthorityFinding {
  id: string
  state: (typeof STATES)[number]
  inspection_id: string
  project: Named
  authority: Named
  insurer: Named
  question: string
  item: { id: string; zh: string; en: string } | null
  severity: string
  words: string
  place: string
  found_at: string
  recorded_at: string
  comparison: (typeof COMPARISONS)[number]
  rules_version: string
  response_due_at: string
  insurer_answer: {
    visit_id: string
    value: string
    answered_at: string
    surveyor: { name: string }
    photos: { id: string; shot: string; captured_at: string; thumb_url: string }[]
  }
  response: { stance: 'accepted' | 'contested'; words: string | null; by: { name: string }; at: string } | null
  fact: { id: string; words: string; recorded_at: string; recorded_by: { name: string }; authority: Named } | null
}

/** One on site per project and day: what an officer writes down belongs to it. */
export interface SpotInspection {
  id: string
  project: Named
  authority: Named
  officer: { name: string }
  words: string | null
  started_at: string
}

export const respond = (id: string, stance: string, words: string) =>
  call<AuthorityFinding>(`/api/authority-findings/${id}/response`, { method: 'PUT', body: { stance, words } })

export const recordFact = (id: string, words: string) =>
  call(`/api/authority-findings/${id}/recorded-fact`, { method: 'PUT', body: { words } })

/** How many findings there are of each comparison, and the share agreed of those that can be compared. */
export function tally(findings: Pick<AuthorityFinding, 'comparison'>[]) {
  const counts = Object.fromEntries(COMPARISONS.map((one) => [one, findings.filter((f) => f.comparison === one).length]))
  const comparable = findings.length - (counts.not_comparable ?? 0)
  return { counts, comparable, agreed: counts.agreed ?? 0 }
}
