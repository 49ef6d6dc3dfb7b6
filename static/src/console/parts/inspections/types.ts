/** What an authority saw beside what the insurer answered, as the API tells it. */
import { at, call, type Schema } from '../../../shared/api/client'

export const COMPARISONS = ['agreed', 'missed', 'understated', 'falsely_closed', 'found_later', 'not_comparable'] as const
export const STATES = ['waiting', 'responded', 'overdue', 'recorded', 'withdrawn', 'settled'] as const

export type AuthorityFinding = Schema<'AuthorityFinding'>

/** One on site per project and day: what an officer writes down belongs to it. */
export type SpotInspection = Schema<'Inspection'>

export const respond = (id: string, stance: string, words: string) =>
  call(at('/api/authority-findings/{finding_id}/response', { finding_id: id }), { method: 'PUT', body: { stance, words } })

export const recordFact = (id: string, words: string) =>
  call(at('/api/authority-findings/{finding_id}/recorded-fact', { finding_id: id }), { method: 'PUT', body: { words } })

/** How many findings there are of each comparison, and the share agreed of those that can be compared. */
export function tally(findings: Pick<AuthorityFinding, 'comparison'>[]) {
  const counts = Object.fromEntries(COMPARISONS.map((one) => [one, findings.filter((f) => f.comparison === one).length]))
  const comparable = findings.length - (counts.not_comparable ?? 0)
  return { counts, comparable, agreed: counts.agreed ?? 0 }
}
