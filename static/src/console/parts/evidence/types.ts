/** One photo, video or paper as the API tells it: EvidenceView of the contract. */
export interface Named {
  id: string
  name: string
}

export interface Verdict {
  id: string
  outcome: 'accepted' | 'rejected'
  reason: string | null
  words: string | null
  follow_up: string | null
  at: string
  by: { name: string }
  party: { id: string; name: string; kind: string }
}

/** What a judge says of one photo; `reason` and `follow_up` belong to a rejection. */
export interface Judgement {
  outcome: 'accepted' | 'rejected'
  reason?: string
  words?: string
  follow_up?: string
  seen_ms?: number
}

export interface LedgerEntry {
  id: string
  at: string
  actor: { kind: string; name: string | null; organisation: string | null }
  act: string
  table: string
  row_id: string
  digest: string
  purpose?: string | null
}

export interface Flag {
  code: string
  severity: 'high' | 'medium' | 'low'
  sentence: string
  numbers: Record<string, unknown>
}

export interface Exif {
  captured_at: string | null
  offset: string | null
  lon: number | null
  lat: number | null
  redacted: boolean
  make: string | null
  model: string | null
  software: string | null
}

export interface EvidenceBytes {
  sha256: string
  size: number
  media_type: string
  stored_at: string | null
  width: number | null
  height: number | null
  duration_ms?: number | null
  exif: Exif | null
  intake: string
  reason: string | null
  /** Longer sides, in pixels, of the copies that are there to be looked at. */
  renditions: number[]
}

export interface Twin {
  id: string
  project: Named
  captured_at: string
  distance: number | null
  method: 'sha256' | 'pdq' | 'local'
}

export interface EvidenceView {
  id: string
  visit_id: string | null
  case_id: string | null
  project: Named
  question: string | null
  item: { id: string; zh: string; en: string } | null
  unit: Named | null
  shot: string
  hint: string | null
  capture: 'live' | 'imported'
  captured_at: string
  captured_by: { name: string }
  filed_at: string
  fix: { lon: number; lat: number; accuracy_m: number | null; age_s: number | null; at: string } | null
  distance_m: number | null
  site_known: boolean
  bytes: EvidenceBytes
  seal: 'valid' | 'invalid' | 'missing'
  flags: Flag[]
  verdicts: Verdict[]
  verdict: Verdict | null
  finding: { id: string; severity: string; words: string; place: string } | null
  answer: { value: string; words: string | null } | null
  explanations: { words: string; at: string; by: { name: string }; kind: string; visit_id: string }[]
  twins: Twin[]
  custody?: LedgerEntry[]
}

/** Low flags are notices; the others ask for a closer look. */
export const openFlags = (view: EvidenceView): Flag[] => view.flags.filter((flag) => flag.severity !== 'low')

/** Whether there is a copy to look at; without one nobody can accept. */
export const isVisible = (view: EvidenceView): boolean => view.bytes.renditions.length > 0

/** Address of the smallest copy that is at least `side` pixels long, else of the largest; null when none is made. */
export function renditionUrl(view: EvidenceView, side: number): string | null {
  const sides = [...view.bytes.renditions].sort((a, b) => a - b)
  const chosen = sides.find((one) => one >= side) ?? sides.at(-1)
  return chosen === undefined ? null : `/api/evidence/${view.id}/renditions/${chosen}`
}
