/** What the score's screens read of the API: grounds, occurrences, forms and sheets. Amounts are decimal strings. */
export interface Named {
  id: string
  name: string
  short_name: string
}

export interface Pair {
  zh: string
  en: string
}

export interface Verdict {
  id: string
  outcome: string
  reason: string | null
  words: string | null
  at: string
  by: { name: string }
  party: { id: string; name: string; kind: string }
}

export interface FindingOfFact {
  id: string
  words: string
  place: string
  found_at: string
  item: Pair | null
  project: { id: string; name: string }
  comparison: string
  response: { stance: string; words: string | null; at: string } | null
  insurer_answer: { visit_id: string; value: string; answered_at: string; photos: { id: string; shot: string; thumb_url: string }[] }
}

/** What a decision rests on: evidence, a verdict about it, or a recorded fact. */
export interface Ground {
  kind: 'evidence' | 'verdict' | 'fact'
  id: string
  label: string
  at: string
  stands: boolean
  evidence_id?: string
  thumb_url?: string
  project?: { id: string; name: string }
  item?: Pair | null
  shot?: string
  captured_at?: string
  sha256?: string
  visit_id?: string | null
  case?: { id: string; number: string } | null
  verdict?: Verdict | null
  words?: string
  authority?: { id: string; name: string }
  recorded_by?: { name: string }
  finding?: FindingOfFact | null
}

export interface GroundRef {
  kind: string
  id: string
}

export interface Step {
  step: string
  outcome: string | null
  words: string
  at: string
  by: { name: string }
}

export interface Occurrence {
  id: string
  scheme: string
  insurer: Named
  authority: Named
  period: string
  clause: string
  clause_title: Pair
  count: number
  case_id: string | null
  state: string
  only_by_decision: boolean
  counts: boolean
  grounds: Ground[]
  steps: Step[]
  appeal_due_at: string | null
  next: string[]
}

export interface Line {
  source: string
  clause: string
  count?: number
  points?: string
  counted: boolean
  evidence: string[]
  why: string
}

export interface FormItem {
  id: string
  number: number
  zh: string
  en: string
  criteria_zh: string | null
  grade_zh: Record<string, string>
  source: { attachment?: number; item?: number; article?: number | number[] }
  points: Record<string, string>
  unreachable: string[]
  allowed: string[]
  computed: boolean
  figures: Record<string, number | null> | null
  grade: string | null
  given_grade: string | null
  unused_grade?: string | null
  score: string | null
  from: string | null
  lines: Line[]
  words: string | null
  graded_at: string | null
  graded_by: { name: string } | null
  grounds: Ground[]
  reopened: boolean
  locked: boolean
}

export interface OpinionForm {
  id: string
  form: string
  title: string
  part: string
  insurer: Named
  assessor: Named & { level: string | null }
  period: string
  version: number
  etag: string
  submitted_at: string | null
  graded: number
  due: boolean
  total: string | null
  grades: Record<string, Pair>
  items: FormItem[]
}

export interface Note {
  id: string
  where: string
  why: string
}

export interface ItemScore {
  id: string
  max: string
  score: string | null
  raw?: string
  grade?: string | null
  lines: Line[]
}

export interface FormScore {
  form: string
  part: string
  assessor: string
  valid: boolean
  total: string | null
  items: ItemScore[]
}

export interface Titles {
  scheme: Pair
  items: Record<string, Pair>
  clauses: Record<string, Pair>
  parts: Record<string, Pair>
  grades: Record<string, Pair>
  weights: Record<string, string>
  grade_from: Record<string, string>
  sections: { id: string; items: { id: string; content_zh: string; method_zh: string; clauses: string[] }[] }[]
  assessors: Record<string, Named>
}

export interface Bound {
  grade: string
  at: string
  wanting: string
}

export interface Change {
  at: string
  from: string | null
  to: string | null
  cause: string
  cause_kind: string
  cause_id: string | null
  digest: string
}

export interface SheetForm {
  form_id: string | null
  form: string
  part: string
  assessor: Named
  submitted_at: string | null
}

export interface Sheet {
  scheme: string
  period: string
  insurer: Named
  view: string
  provisional: boolean
  provisional_because: string[]
  sheet: {
    scheme_version: string
    items: ItemScore[] | null
    parts: Record<string, string | null> | null
    forms?: FormScore[]
    total: string | null
    grade: string | null
    vetoes: Note[]
    missing: Note[]
    digest: string
  }
  bounds: Bound[]
  titles: Titles
  forms: SheetForm[]
  not_due: { form_id: string | null; assessor: Named; why: Pair }[]
  occurrences: { id: string; clause: string; state: string; authority: Named; case_id: string | null; at: string }[]
  grounds: Record<string, Ground[]>
  changes: Change[]
}
