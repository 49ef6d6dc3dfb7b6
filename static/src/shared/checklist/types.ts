/**
 * What a published edition says; what a visit says about it stands in ./visit. The JSON names, the same as in
 * fieldapp/checklists/form.py. Decimal numbers are strings ("1.2"), so no reading ever passes through a float.
 */

export type * from './visit'

export type AnswerValue = 'pass' | 'fail' | 'not_applicable' | 'not_inspected'
export type Proof = 'always' | 'drawn' | 'on_fail'
export type Method = 'look' | 'measure' | 'paper' | 'operator_test'
export type Op = '<' | '<=' | '>' | '>='
/** far to video are listed by items; the others are asked for by the rules and the visit. */
export type Shot = 'far' | 'near' | 'doc' | 'meter' | 'video' | 'why' | 'before' | 'after' | 'absence' | 'refusal'

/** What the phone downloads. `digest`: SHA-256 in hex of the RFC 8785 bytes of `edition`. */
export interface PublishedEdition {
  readonly digest: string
  readonly edition: Edition
}

export interface Edition {
  readonly id: string
  readonly edition: string
  readonly zh: string
  readonly en: string
  readonly categories: readonly Category[]
  /** In walking order. */
  readonly zones: readonly Word[]
  readonly unit_kinds: readonly UnitKind[]
  readonly answers: readonly Word[]
  readonly deadlines: readonly Deadline[]
  readonly severities: readonly Word[]
  /** What the keys of `mh` stand for, oldest first. */
  readonly major_standards: readonly Word[]
  readonly reasons: { readonly not_inspected: readonly Reason[], readonly absent: readonly Reason[] }
  readonly shots: readonly ShotKind[]
  readonly proof: ProofRule
}

export interface Word {
  readonly id: string
  readonly zh: string
  readonly en: string
}

export interface Category extends Word {
  readonly title_zh: string
  readonly title_en: string
  readonly mandatory: boolean
  readonly may_be_absent: boolean
  /** How many of its questions are drawn for proof. */
  readonly drawn: number
  readonly danger_scale: DangerScale | null
  readonly items: readonly Item[]
}

/** When the work is 危大 or 超危大. */
export interface DangerScale {
  readonly dangerous: readonly string[]
  readonly super_dangerous: readonly string[]
  readonly verified: boolean
  readonly note: string | null
}

export interface Item {
  readonly id: string
  readonly sub: string | null
  readonly zh: string
  readonly en: string
  readonly check: string
  readonly fix: string
  readonly severity: 'general' | 'major'
  /** Asked as yes or no when the item fails; yes makes it 疑似重大. */
  readonly major_when: string | null
  readonly major_when_draft: boolean
  /** Edition of the 重大 standard -> clause, null = not listed in it. */
  readonly mh: Readonly<Record<string, string | null>>
  readonly mh_verified: readonly string[]
  readonly jgj59: { readonly t: string, readonly item: string, readonly kind: string, readonly pts: number } | null
  readonly basis: readonly { readonly s: string, readonly c: string | null, readonly cv: boolean }[]
  readonly verified: boolean
  readonly note: string | null
  readonly mandatory: boolean
  readonly mandatory_part: string | null
  readonly limits: readonly Limit[]
  /** In the order of the file: the first one that is not a paper has a meaning. */
  readonly photo: readonly ListedShot[]
  /** Chips: common words for what is wrong. */
  readonly phrases: readonly string[]
  readonly proof: Proof
  readonly cadence: 'each_visit' | 'on_change' | 'until_expiry'
  readonly method: Method
  readonly persistence: 'standing' | 'slow' | 'transient'
  /** A zone's id. */
  readonly zone: string
  /** A unit kind's id, or `site`. */
  readonly unit: string
}

/** A shot that an item lists, with what it should show. `personal`: of a person's certificate or face. */
export interface ListedShot {
  readonly shot: Shot
  readonly hint: string
  readonly personal: boolean
}

/**
 * One bound on one reading `q` in the unit `u`: the reading `op` the bound `v`. Exactly one of `v` and `table` (`by`
 * names the question for the row) is set. `role` applies: tells when the duty exists, judges nothing. `judge` person:
 * a person decides, and is shown `alt` or `tol_from`.
 */
export interface Limit {
  readonly q: string
  readonly op: Op
  readonly u: string
  readonly v: string | null
  readonly by: string | null
  readonly table: readonly { readonly row: string, readonly v: string }[] | null
  readonly role: 'applies' | null
  readonly judge: 'person' | null
  readonly alt: string | null
  readonly tol_from: string | null
}

/** What a unit may be; it unfolds the items whose `sub` is in `shows`, besides the general ones. */
export interface System extends Word {
  readonly shows: readonly string[]
}

/** `general_from`: also asks the general items of that other kind. */
export interface UnitKind extends Word {
  readonly category: string
  readonly general_from: string | null
  readonly systems: readonly System[]
}

export interface Deadline extends Word {
  readonly needs_moment: boolean
}

export interface Reason extends Word {
  readonly needs_note: boolean
}

export interface ShotKind {
  readonly id: Shot
  readonly zh: string
  readonly en: string
  readonly hint_zh: string
  readonly hint_en: string
}

/** Which of the shots an item lists are owed when it fails; the rest are offered. */
export interface ProofRule {
  readonly fail_owed: readonly Shot[]
  readonly fail_owed_with_reading: readonly Shot[]
}
