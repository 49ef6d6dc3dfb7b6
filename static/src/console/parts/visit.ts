import { pick, t } from '../../shared/i18n'

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

/** One of these, by the field's type; null where nothing was said. */
export interface FormAnswer {
  text?: string
  zh?: string
  en?: string
  at?: string
  unavailable?: string
  position?: { lon: number; lat: number; accuracy_m: number; at: string }
  signature?: { outcome: 'signed'; signers: { name: string }[] } | { outcome: 'refused'; kind: 'refused' | 'absent'; reason: string; witness: string }
}

export interface FormField {
  path: string
  zh: string
  en: string
  type: string
  unit: string | null
  computed: boolean
  personal: 'none' | 'personal' | 'sensitive'
  answer: FormAnswer | null
}

export interface VisitFormView {
  zh: string
  en: string
  sections: { id: string; zh: string; en: string; row: number | null; row_id: string | null; fields: FormField[] }[]
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
  form: VisitFormView | null
  case_id: string | null
}

/** An answer of a form as one line; empty where there is none. `moment` spells an instant. */
export function wordsOf(answer: FormAnswer | null, moment: (at: string) => string): string {
  if (!answer) return ''
  if (answer.at) return moment(answer.at)
  if (answer.zh !== undefined) return pick({ zh: answer.zh, en: answer.en ?? null })
  if (answer.unavailable) return t('form.unavailable', { why: answer.unavailable })
  if (answer.position) {
    const { lon, lat, accuracy_m: metres, at } = answer.position
    return `${lat.toFixed(5)}, ${lon.toFixed(5)} ±${Math.round(metres)} m · ${moment(at)}`
  }
  return answer.signature ? signatureWords(answer.signature) : (answer.text ?? '')
}

function signatureWords(signature: NonNullable<FormAnswer['signature']>): string {
  if (signature.outcome === 'signed') return `${t('visit.signed')} · ${signature.signers.map(({ name }) => name).join('、')}`
  const witness = signature.witness ? [t('form.witness', { name: signature.witness })] : []
  return [t(`visit.${signature.kind}`), signature.reason, ...witness].join(' · ')
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
