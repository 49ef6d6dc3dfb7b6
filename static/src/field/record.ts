/** A finished visit as the record that the phone keeps, signs and sends: docs/contract.md, format 2. */
import { version } from '../../package.json'
import { judge } from '../shared/checklist/limits'
import { onSite } from '../shared/checklist/walk'
import type { Link } from './local/chain'
import { carriedAs } from './visit/carrying'
import type { Capture, Draft, DraftAnswer, Edition, Fix } from './types'

export const APP = `field ${version}`

/** The exact text to sign. Everything answered and taken is in it, also what a later answer made needless or took back. */
export function recordText(
  draft: Draft, captures: readonly Capture[], edition: Edition, clockOffsetMs: number | null,
  chain: readonly Link[] = [],
): string {
  const answers = Object.values(draft.answers)
  const failed = answers.filter(said => said.answer.value === 'fail' && said.finding)
  const findingIds = new Set(failed.map(said => said.finding!.id))
  const { task } = draft
  return JSON.stringify({
    format: 2,
    app: APP,
    id: draft.id,
    kind: task.kind,
    task_id: task.unplanned ? null : task.id,
    project_id: task.project.id,
    scheme: task.scheme,
    edition: { id: task.edition.id, edition: task.edition.edition, digest: task.edition.digest },
    nonce: task.unplanned ? null : task.nonce,
    started_at: draft.startedAt,
    finished_at: draft.finishedAt,
    clock_offset_ms: clockOffsetMs,
    arrival: fixOf(draft.arrival),
    categories: task.kind === 'monthly_check' ? categoriesOf(draft, edition) : [],
    answers: answers.map(said => answerOf(said, edition)),
    findings: failed.map(findingOf),
    evidence: captures.map(capture => evidenceOf(capture, findingIds)),
    signature: signatureOf(draft, captures),
    answers_re_shoot: task.re_shoot && { visit_id: task.re_shoot.visit_id, evidence_id: task.re_shoot.evidence_id },
    words: draft.words?.trim() || null,
    re_inspection: reInspectionOf(draft),
    ...(draft.form && { form: { values: draft.form.values, rows: draft.form.rows } }),
    chain,
  }, (_, value: unknown) => (typeof value === 'string' ? clean(value) : value))
}

function reInspectionOf({ task, reInspection }: Draft) {
  if (!task.re_inspection || !reInspection?.outcome) return null
  const { outcome, refused, words, deadline } = reInspection
  const isOpen = outcome === 'not_rectified'
  return {
    visit_id: task.re_inspection.visit_id, finding_id: task.re_inspection.finding_id, outcome,
    refused: isOpen && refused, words: words.trim() || null, deadline: isOpen ? deadline : null,
  }
}

/** A category that nobody spoke of is left out: saying "present" for it would be a claim that nobody made. */
function categoriesOf({ task, absences }: Draft, edition: Edition) {
  const there = onSite(edition, task.project.units)
  return edition.categories
    .filter(({ id }) => absences[id] || there.includes(id))
    .map(({ id }) => {
      const absence = absences[id]
      return absence ? { category: id, present: false, reason: absence.reason, words: absence.words } : { category: id, present: true }
    })
}

function answerOf(said: DraftAnswer, edition: Edition) {
  const { question, answer, answeredAt, byGroup, finding } = said
  const itemId = question.slice(0, question.lastIndexOf('@'))
  const limits = edition.categories.flatMap(category => category.items).find(item => item.id === itemId)?.limits ?? []
  return {
    question,
    value: answer.value,
    answered_at: answeredAt,
    by_group: byGroup,
    reason: answer.reason ?? null,
    words: answer.words ?? null,
    readings: (answer.readings ?? []).map(({ limit, value, row, person_says }) => ({
      limit, value, row: row ?? null,
      judged: limits[limit] ? judge(limits[limit], value, row) : null,
      person_says: person_says ?? null,
    })),
    finding_id: answer.value === 'fail' ? (finding?.id ?? null) : null,
    ...carriedAs(said),
  }
}

function findingOf({ question, answer, finding }: DraftAnswer) {
  return {
    id: finding!.id,
    question,
    severity: answer.major_answer === true ? 'suspected_major' : 'general',
    major_answer: answer.major_answer ?? null,
    words: finding!.words || (answer.words ?? ''),
    place: finding!.place,
    deadline: answer.deadline ? { kind: answer.deadline.kind, at: answer.deadline.at ?? null } : null,
    fixed_on_site: answer.fixed_on_site ?? false,
    found_at: finding!.foundAt,
  }
}

function evidenceOf(capture: Capture, findingIds: ReadonlySet<string>) {
  return {
    id: capture.id,
    question: capture.question,
    category: capture.category,
    shot: capture.shot,
    // Of an answer that is no longer 不合格: the photo stays, there is no finding to hang it on.
    finding_id: capture.findingId !== null && findingIds.has(capture.findingId) ? capture.findingId : null,
    capture: capture.capture,
    media_type: capture.mediaType,
    size: capture.size,
    sha256: capture.sha256,
    captured_at: capture.capturedAt,
    fix: fixOf(capture.fix),
    seal: capture.seal,
    seal_signature: capture.sealSignature,
    preview: capture.preview,
    ...(capture.envelope && { envelope: capture.envelope }),
    ...(capture.annotates && { annotates: capture.annotates }),
  }
}

function signatureOf({ signature }: Draft, captures: readonly Capture[]) {
  if (!signature) return null
  const there = captures.some(({ id }) => id === signature.evidenceId)
  return {
    outcome: signature.outcome,
    name: signature.name,
    role: signature.role,
    evidence_id: there ? signature.evidenceId : null,
    reason: signature.reason,
    signed_at: signature.signedAt,
  }
}

function fixOf(fix: Fix | null) {
  return fix && { lon: fix.lon, lat: fix.lat, datum: fix.datum, accuracy_m: fix.accuracy_m, age_s: fix.age_s, at: fix.at }
}

const NUL = String.fromCharCode(0)
const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Keyboards and pasted text bring NULs and halves of emoji, which no database keeps. */
function clean(text: string): string {
  return text.replaceAll(NUL, '').replace(HALF, '\ufffd')
}
