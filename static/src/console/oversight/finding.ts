/** An authority's finding beside the insurer's answer, as the API tells it. */
import type { Visit } from '../parts/visit'

export interface AuthorityFinding {
  id: string
  state: 'waiting' | 'responded' | 'overdue' | 'recorded' | 'settled'
  inspection_id: string
  project: { id: string; name: string }
  authority: { id: string; name: string }
  insurer: { id: string; name: string }
  question: string
  item: { id: string; zh: string; en: string } | null
  severity: string
  words: string
  place: string
  found_at: string
  recorded_at: string
  comparison: string
  rules_version: string
  response_due_at: string
  insurer_answer: {
    visit_id: string
    value: string
    answered_at: string
    surveyor: { name: string }
    photos: { id: string; shot: string; captured_at: string; thumb_url: string }[]
  }
  response: { stance: string; words: string | null; by: { name: string }; at: string } | null
  fact: { id: string; words: string; recorded_at: string; recorded_by: { name: string } } | null
}

const DISAGREEMENTS = ['missed', 'understated', 'falsely_closed']

export const isDisagreement = (finding: AuthorityFinding) => DISAGREEMENTS.includes(finding.comparison)

/** Whether the written fact may be recorded now: the insurer was heard, or let its time pass. */
export const mayRecord = (finding: AuthorityFinding) => finding.state === 'responded' || finding.state === 'overdue'

export const isContested = (finding: AuthorityFinding) => finding.response?.stance === 'contested'

export const stateTag: Record<AuthorityFinding['state'], string> = {
  waiting: 'waiting',
  overdue: 'bad',
  responded: 'provisional',
  recorded: 'final',
  settled: 'plain',
}

export const comparisonTag = (comparison: string) =>
  DISAGREEMENTS.includes(comparison) ? 'bad' : comparison === 'agreed' ? 'fine' : 'plain'

/** A visit's answers that the filter leaves, each with its photos. */
export function answersOf(visit: Visit, wanted: string, onlyPass: boolean) {
  return visit.answers
    .filter((answer) => !onlyPass || answer.value === 'pass')
    .filter((answer) => !wanted || [answer.item.zh, answer.item.en, answer.unit?.name].some((text) => text?.includes(wanted)))
    .map((answer) => ({ ...answer, photos: visit.evidence.filter((photo) => photo.question === answer.question) }))
}

/** `2026-11-22T09:30` in Shanghai, as a field for date and time wants it, and back with its offset. */
export const forField = (at: Date) => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 16)
export const fromField = (text: string) => `${text}:00+08:00`
