/** What the phone app's parts hand to each other. API shapes follow docs/contract.md. */
import type { Answer, Edition } from '../shared/checklist/types'
import type { FormAnswers } from '../shared/forms/types'

export interface Fix {
  lon: number
  lat: number
  datum: 'WGS-84'
  accuracy_m: number
  age_s: number
  at: string
}

export interface TaskUnit {
  id: string
  kind: string
  sub: string | null
  name: string
  details: Record<string, string>
}

export interface TaskProject {
  id: string
  name: string
  address: string
  area: string
  stage: string
  site: { lon: number; lat: number; datum: 'WGS-84'; polygon: [number, number][] } | null
  units: TaskUnit[]
  contacts: { party: string; organisation: string }[]
}

/** Visits that are filled in as a form; the form edition's id is the kind. */
export const FORM_KINDS = [
  'accident_survey', 'medical_check', 'training', 'publicity', 'drill', 'risk_assessment', 'spot_inspection', 'blocked_access',
] as const

export type FormKind = (typeof FORM_KINDS)[number]

export function isForm(kind: string): kind is FormKind {
  return (FORM_KINDS as readonly string[]).includes(kind)
}

export type TaskKind = 'monthly_check' | 'follow_up' | 're_shoot' | 'explain' | 're_inspection' | FormKind

export interface Wanted {
  /** partner: called to take it over, since the assignee said nothing. */
  role: 'assignee' | 'partner'
  assignee: { name: string } | null
  /** When somebody else is called; null: nobody is. */
  until: string | null
  acknowledged_at: string | null
}

export interface Task {
  id: string
  kind: TaskKind
  scheme: string
  period: string | null
  issued_at: string
  due_at: string
  nonce: string
  edition: { id: string; edition: string; digest: string }
  project: TaskProject
  note: string | null
  re_shoot: {
    visit_id: string
    evidence_id: string
    question: string | null
    shot: string
    reason: string
    words: string | null
    thumb_url: string | null
  } | null
  re_inspection: {
    visit_id: string
    finding_id: string
    question: string
    severity: string
    words: string
    place: string
    found_at: string
    due_at: string
    /** How often it was re-inspected before. */
    rounds: number
    photos: { shot: string; captured_at: string; url: string }[]
  } | null
  /** Of a follow-up: the questions that are left to inspect. */
  questions: string[] | null
  /** Of a task that cannot wait: its 收到. Kept tasks of older versions have none. */
  acknowledgement?: Wanted | null
  last_visit_at: string | null
  /** What the form starts from, by the names of its edition's context. Kept tasks of older versions have none. */
  context?: Record<string, unknown>
  /** Begun by the surveyor: the server has no such task. */
  unplanned?: true
}

/** A photo or video as captured: its bytes lie apart, in encrypted chunks under the same id. */
export interface Capture {
  id: string
  draftId: string
  question: string | null
  category: string | null
  shot: string
  findingId: string | null
  capture: 'live' | 'imported'
  mediaType: string
  size: number
  sha256: string
  capturedAt: string
  fix: Fix | null
  /** The canonical JSON that was signed, and the signature: never rebuilt. */
  seal: string
  sealSignature: string
  preview: { sha256: string; size: number; media_type: string } | null
  /** A small JPEG for lists. */
  thumb: ArrayBuffer | null
}

/** What one question holds while it is being answered; `answer` is what the checklist rules judge. */
export interface DraftAnswer {
  question: string
  answer: Answer
  answeredAt: string
  byGroup: boolean
  /** Of an unsafe answer. */
  finding: DraftFinding | null
}

export interface DraftFinding {
  id: string
  words: string
  place: string
  foundAt: string
}

export interface SiteSignature {
  outcome: 'signed' | 'refused' | 'absent'
  name: string | null
  role: string | null
  evidenceId: string | null
  reason: string | null
  signedAt: string
}

/** What was seen of a hazard on going back; the deadline is the new one, of what is not rectified. */
export interface ReInspection {
  outcome: 'rectified' | 'not_rectified' | null
  refused: boolean
  words: string
  deadline: { kind: string; at: string | null } | null
}

/** One visit in the making. Saved at every change; pinned to its task's edition. */
export interface Draft {
  id: string
  task: Task
  startedAt: string
  finishedAt: string | null
  arrival: Fix | null
  answers: Record<string, DraftAnswer>
  absences: Record<string, { reason: string; words: string }>
  signature: SiteSignature | null
  /** To the judge: of an explanation, or with a re-shoot. */
  words?: string
  reInspection?: ReInspection
  /** Of a visit that is filled in as a form. */
  form?: FormAnswers
  /** The last answers, newest last, for one-tap undo. */
  trail: { question: string; before: DraftAnswer | null }[]
}

/** draft: being filled · handed: locked here, given to a colleague's phone · queued: record fixed, on its way · done: receipt complete, phone may let originals go. */
export type VisitState = 'draft' | 'handed' | 'queued' | 'done'

export interface FileProgress {
  captureId: string
  shot: string
  question: string | null
  item: { zh: string; en: string } | null
  size: number
  sent: number
  state: 'waiting' | 'sending' | 'checking' | 'stored' | 'refused'
  detail: string | null
}

export interface VisitProgress {
  id: string
  projectName: string
  state: VisitState
  record: 'waiting' | 'sending' | 'accepted' | 'revision' | 'quarantined'
  reasons: { code: string; where: string; detail: string }[]
  files: FileProgress[]
  /** A sentence in Chinese or English: what is wrong and what to do next. */
  problem: string | null
  receiptAt: string | null
}

export interface SyncState {
  online: boolean
  running: boolean
  records: number
  files: number
  filesTotal: number
  needsPerson: number
  allSaved: boolean
  visits: VisitProgress[]
  nextTryAt: number | null
}

export type { Answer, Edition }
