import type { Schema } from '../../shared/api/client'
import { day } from '../../shared/format'
import { pick, t } from '../../shared/i18n'

/** A visit as `GET /api/visits/{id}` tells it: what these screens read of it. */
export type Photo = Pick<Schema<'EvidenceSummary'>, 'id' | 'sent_id' | 'question' | 'finding_id' | 'shot' | 'thumb_url' | 'stored_at'>
export type Answer = Schema<'Answer'>
export type Finding = Schema<'Finding'>

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

export type Visit = Schema<'OneVisit'>

/** The description leaves a form's sections open: they are the published form's own. */
export const formOf = (visit: Visit) => visit.form as VisitFormView | null

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

export type Shortfall = Schema<'Shortfall'>

export interface CategoryLacks {
  /** Null: of the visit as a whole, or of a form, which has no categories. */
  category: string | null
  lacks: Shortfall[]
}

/** Shortfalls by the category of their question, in the order in which they came; those of none last. */
export function byCategory(shortfalls: Shortfall[], of: Pick<Visit['categories'][number], 'category'>[]): CategoryLacks[] {
  const known = new Set(of.map(({ category }) => category))
  const groups = new Map<string | null, Shortfall[]>()
  for (const lack of shortfalls) {
    const category = categoryOf(lack.question, known)
    groups.set(category, [...(groups.get(category) ?? []), lack])
  }
  const found = [...groups].map(([category, lacks]) => ({ category, lacks }))
  return [...found.filter(({ category }) => category), ...found.filter(({ category }) => !category)]
}

/** `crane.tower.foundation@…` and `absent@crane` are of the cranes. */
function categoryOf(question: string | null, known: Set<string>): string | null {
  if (question?.startsWith('absent@')) return question.slice('absent@'.length)
  const [category = ''] = question?.split('.') ?? []
  return known.has(category) ? category : null
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

/** `沿用 2026-10-24 核验，至 2026-12-01 有效`: the time of the visit that carried it over would say that it was inspected then. */
export function carriedWords({ inspected_at, valid_until }: Pick<Answer, 'inspected_at' | 'valid_until'>): string {
  const at = day(inspected_at!)
  return valid_until ? t('visit.carried.until', { at, until: valid_until }) : t('visit.carried', { at })
}
