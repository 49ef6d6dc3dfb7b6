/** A visit as `GET /api/visits/{id}` tells it: what these screens read of it. */
export interface Photo {
  id: string
  sent_id: string
  question: string | null
  finding_id: string | null
  shot: string
  thumb_url: string
  stored_at: string | null
}

export interface Answer {
  question: string
  item: { id: string; zh: string; en: string }
  unit: { id: string; name: string } | null
  value: string
  answered_at: string
  by_group: boolean
  drawn: boolean
  words: string | null
}

export interface Finding {
  id: string
  sent_id: string
  question: string
  severity: string
  severity_decision: { severity: string; words: string } | null
  words: string
  place: string
  deadline_at: string | null
  fixed_on_site: boolean
  found_at: string
  photos: string[]
  hazard: { id: string; state: string } | null
}

export interface Visit {
  id: string
  kind: string
  scheme: string
  period: string
  project: { id: string; name: string }
  surveyor: { name: string }
  started_at: string
  finished_at: string
  /** What the surveyor said to the judge. */
  words: string | null
  categories: { category: string; present: boolean; reason: string | null; words: string | null }[]
  answers: Answer[]
  findings: Finding[]
  evidence: Photo[]
  shortfalls: { question: string | null; code: string; detail: string }[]
  signature: { outcome: string; name: string | null; role: string | null; reason: string | null; signed_at: string } | null
  records: { id: string; sha256: string; state: string; received_at: string }[]
}

export interface UnitGroup {
  name: string
  answers: Answer[]
}

/** The answers by unit, in the order in which they came. */
export function byUnit(answers: Answer[], site: string): UnitGroup[] {
  const groups = new Map<string, UnitGroup>()
  for (const answer of answers) {
    const key = answer.unit?.id ?? ''
    const group = groups.get(key) ?? { name: answer.unit?.name ?? site, answers: [] }
    group.answers.push(answer)
    groups.set(key, group)
  }
  return [...groups.values()]
}
