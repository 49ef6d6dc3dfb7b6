/** What a visit says about an edition. */
import type { AnswerValue, Shot } from './types'

/** A row of the project's register that is on site. `sub`: its system, null while nobody has said. */
export interface Unit {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly sub: string | null
}

/** What the surveyor says to one question. */
export interface Answer {
  readonly value: AnswerValue
  readonly reason?: string | null
  readonly note?: string
  /** Readings as typed, by the limit's `q`. */
  readonly readings?: Readonly<Record<string, string>>
  /** Rows picked, by the limit's `by`. */
  readonly rows?: Readonly<Record<string, string>>
  /** The yes or no to `major_when`. */
  readonly meets_major?: boolean | null
  readonly words?: string
  readonly fixed_on_site?: boolean
  readonly deadline?: string | null
  /** ISO time, where the deadline needs a moment. */
  readonly deadline_at?: string | null
}

/** A category declared not on site. */
export interface Absence {
  readonly reason: string | null
  readonly note?: string
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
