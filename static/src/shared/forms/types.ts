/** A form edition as `/api/checklists/{id}/{edition}` gives it; what stands at its default is left out. */

export type FieldType =
  | 'text' | 'number' | 'date' | 'time' | 'choice' | 'many' | 'yes_no' | 'photos' | 'signature' | 'person_id'
  | 'organisation_code' | 'phone' | 'position'

export interface Choice {
  id: string
  zh: string
  en: string
}

export interface Field {
  id: string
  zh: string
  en: string
  type: FieldType
  required?: boolean
  required_if?: string
  applies_if?: string
  rule?: string
  rule_zh?: string
  rule_en?: string
  computed?: string
  check_if?: string
  prefill?: string
  choices?: Choice[]
  least?: string
  most?: string
  unit?: string
  lines?: boolean
  shot?: 'far' | 'near' | 'doc' | 'meter' | 'video' | 'statement'
  personal?: 'personal' | 'sensitive'
  hint_zh?: string
  hint_en?: string
}

export interface Group {
  id: string
  zh: string
  en: string
  least?: number
  most?: number
  least_if?: string
}

export interface Section {
  id: string
  zh: string
  en: string
  fields: Field[]
  group?: string
  applies_if?: string
}

export interface FormEdition {
  id: string
  edition: string
  zh: string
  en: string
  language: number
  schemes: string[]
  sections: Section[]
  groups?: Group[]
  unplanned?: boolean
  context?: Record<string, string>
}

export interface Signer {
  name: string
  evidence_id: string
}

export type SignatureAnswer =
  | { outcome: 'signed'; signers: Signer[] }
  | { outcome: 'refused'; kind: 'refused' | 'absent'; reason: string; witness: string }

/** Why photos that are asked for cannot be had. */
export interface Unavailable {
  unavailable: string
}

/** As in evidence: where somebody stood. */
export interface PositionAnswer {
  lon: number
  lat: number
  datum: 'WGS-84'
  accuracy_m: number
  age_s: number
  at: string
}

export type Raw = string | boolean | string[] | SignatureAnswer | Unavailable | PositionAnswer

export type Values = Record<string, Raw>

export interface Row {
  id: string
  values: Values
}

/** What a form visit says: docs/contract.md, `form`. */
export interface FormAnswers {
  values: Values
  rows: Record<string, Row[]>
}

export interface Filled extends FormAnswers {
  /** The path of each photo, once a file. */
  photos: string[]
  context: Record<string, unknown>
}

export interface Gap {
  path: string
  code: string
  zh: string
  en: string
}
