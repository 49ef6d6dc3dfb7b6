/** What the phone app's parts hand to each other. What the server tells is as the API's description has it. */
import type { Schema } from '../shared/api/describing'
import type { Answer, Edition, Reading } from '../shared/checklist/types'
import type { FormAnswers } from '../shared/forms/types'

export interface Fix {
  lon: number
  lat: number
  datum: 'WGS-84'
  accuracy_m: number
  age_s: number
  at: string
}

export type TaskUnit = Schema<'Unit'>
export type TaskProject = Schema<'TaskProject'>
export type TaskKind = Schema<'Task'>['kind']
/** Visits that are filled in as a form; the form edition's id is the kind. */
export type FormKind = Schema<'StartableForm'>['id']

/** Each once: a kind that the server adds and the phone does not know is an error here, not a task that nobody sees. */
const FORMS: Record<FormKind, true> = {
  accident_survey: true, medical_check: true, training: true, publicity: true, drill: true, risk_assessment: true,
  spot_inspection: true, blocked_access: true, vehicle_dispatch: true, return_visit: true, consultation_call: true,
}
export const FORM_KINDS = Object.keys(FORMS) as FormKind[]

export function isForm(kind: string): kind is FormKind {
  return kind in FORMS
}

/** What was inspected by an earlier visit and is valid still: it may be carried over, and is never said to be of today. */
export type Carried = Schema<'Task'>['carried'][number]

/** 收到, as a task that cannot wait asks for it. */
export type Wanted = Schema<'TaskWanted'>

/** As the server told it, or begun here. */
export interface Task extends Omit<Schema<'Task'>, 'context' | 'carried' | 'acknowledgement'> {
  /** Of a monthly check: papers that were inspected before and hold still. Kept tasks of older versions have none. */
  carried?: Carried[]
  /** Of a task that cannot wait: its 收到. Kept tasks of older versions have none. */
  acknowledgement?: Wanted | null
  /** What the form starts from, by the names of its edition's context. Kept tasks of older versions have none. */
  context?: Schema<'Task'>['context']
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
  /** Of a personal one: what is kept instead of its bytes, which only the server can open. Older rows have none. */
  envelope?: { sha256: string; size: number; key_id: string } | null
  /** 标注: the photo on a copy of which this was drawn. It is no photo itself. */
  annotates?: string
  /** A small JPEG for lists. */
  thumb: ArrayBuffer | null
  /** What was drawn on a copy of it. */
  drawing?: Capture
}

/** What one question holds while it is being answered; `answer` is what the checklist rules judge. */
export interface DraftAnswer {
  question: string
  answer: Answer
  answeredAt: string
  byGroup: boolean
  /** The app judged it by what was read; nobody answered it otherwise. */
  byReadings?: boolean
  /** Of an unsafe answer. */
  finding: DraftFinding | null
  /** Carried over: not inspected this time. */
  carried?: Carried
  /** The day until which the paper is valid, as read off it. */
  validUntil?: string | null
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
  /** As typed, also where they judge nothing yet. */
  readings?: Record<string, Reading[]>
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
  reasons: Schema<'Reason'>[]
  files: FileProgress[]
  /** A sentence in Chinese or English: what is wrong and what to do next. */
  problem: string | null
  receiptAt: string | null
  /** Its record cannot be read: it can only be opened again and handed in anew. */
  textLost: boolean
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
