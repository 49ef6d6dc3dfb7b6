/** What a visit says about an edition. */
import type { AnswerValue, Shot } from './types'

/** A row of the project's register that is on site. `sub`: its system, null while nobody has said. */
export interface Unit {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly sub: string | null
}

/** A reading as typed for the limit at index `limit` of the item. */
export interface Reading {
  readonly limit: number
  readonly value: string
  /** The row picked where the limit has a table. */
  readonly row?: string | null
  /** What the person decided where the limit leaves it to one. */
  readonly person_says?: 'pass' | 'fail' | null
}

/** What the surveyor says to one question, with what its finding says where it fails. */
export interface Answer {
  readonly value: AnswerValue
  readonly reason?: string | null
  /** What is wrong, or the reason in words. */
  readonly words?: string | null
  readonly readings?: readonly Reading[]
  /** The yes or no to `major_when`. */
  readonly major_answer?: boolean | null
  readonly fixed_on_site?: boolean
  /** `kind`: a deadline's id of the edition; `at`: ISO time where it needs one. */
  readonly deadline?: { readonly kind: string, readonly at?: string | null } | null
}

/** A category declared not on site. */
export interface Absence {
  readonly reason: string | null
  readonly words?: string | null
}

/** Taken for a question key, or for `absenceKey(category)`. */
export interface Photo {
  readonly key: string
  readonly shot: Shot
}

/** A visit as it stands. answers: by question key; absences: by category; photos: all that were kept. */
export interface State {
  readonly units: readonly Unit[]
  readonly nonce: string
  readonly answers: Readonly<Record<string, Answer>>
  readonly absences: Readonly<Record<string, Absence>>
  readonly photos: readonly Photo[]
}
