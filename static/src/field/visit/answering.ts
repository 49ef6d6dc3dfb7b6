/** What a thumb does to a draft. Each act leaves a trail, so that one tap takes it back. */
import { judgeItem } from '../../shared/checklist/limits'
import type { AnswerValue, Reading } from '../../shared/checklist/types'
import type { Question } from '../../shared/checklist/walk'
import { nowText } from '../clock'
import { newId } from '../ids'
import type { Draft, DraftAnswer } from '../types'

/** Longer trails would only make the draft heavy to save. */
const TRAIL = 40

export function say(draft: Draft, question: Question, value: AnswerValue): void {
  const before = draft.answers[question.key] ?? null
  remember(draft, question.key, before)
  draft.answers[question.key] = said(draft, question, value, before, nowText(), false)
}

/**
 * What was read; `typed`: to its end. Then the app judges what nobody answered: beyond a limit it is 不合格, within all
 * of them 合格, else open. An answer that a person gave stays, and what contradicts it is said beside it.
 */
export function read(draft: Draft, question: Question, readings: Reading[], typed: boolean): void {
  const { key, item } = question
  const answered = draft.answers[key]
  draft.readings = { ...draft.readings, [key]: readings }
  if (answered) answered.answer = { ...answered.answer, readings }
  if (!typed || (answered && !answered.byReadings)) return
  const { verdict } = judgeItem(item, readings)
  if (verdict === answered?.answer.value) return
  if (verdict !== 'person') {
    say(draft, question, verdict)
    draft.answers[key]!.byReadings = true
  } else if (answered) {
    remember(draft, key, answered)
    delete draft.answers[key]
  }
}

/** 本组其余合格: one act, taken back as one. */
export function passRest(draft: Draft, questions: readonly Question[]): void {
  const at = nowText()
  for (const question of questions) {
    remember(draft, question.key, null)
    draft.answers[question.key] = said(draft, question, 'pass', null, at, true)
  }
}

/** 重新核验: what was carried over is open again. */
export function verifyAnew(draft: Draft, question: Question): void {
  remember(draft, question.key, draft.answers[question.key] ?? null)
  delete draft.answers[question.key]
}

/** The questions that changed back; none where there is nothing to take back. */
export function undo(draft: Draft): string[] {
  const last = draft.trail.at(-1)
  if (!last) return []
  const together = draft.answers[last.question]
  const undone: string[] = []
  while (draft.trail.length) {
    const step = draft.trail.at(-1)!
    const now = draft.answers[step.question]
    const sameAct = together?.byGroup && now?.byGroup && now.answeredAt === together.answeredAt
    if (undone.length && !sameAct) break
    draft.trail.pop()
    if (step.before) draft.answers[step.question] = step.before
    else delete draft.answers[step.question]
    undone.push(step.question)
  }
  return undone
}

/** Words stand at the finding and at the answer: a later 合格 and back again loses none. */
export function describe(said: DraftAnswer, words: string): void {
  said.answer = { ...said.answer, words }
  if (said.finding) said.finding.words = words
}

/** A phrase chip adds its words, or takes them out again. */
export function togglePhrase(words: string, phrase: string): string {
  const parts = words.split('；').map(part => part.trim()).filter(Boolean)
  return (parts.includes(phrase) ? parts.filter(part => part !== phrase) : [...parts, phrase]).join('；')
}

export function hasPhrase(words: string | null | undefined, phrase: string): boolean {
  return (words ?? '').split('；').some(part => part.trim() === phrase)
}

function said(draft: Draft, question: Question, value: AnswerValue, before: DraftAnswer | null, at: string, byGroup: boolean): DraftAnswer {
  const kept = before?.finding ?? null
  const finding = value === 'fail' && !kept
    ? { id: newId(), words: '', place: question.unit?.name ?? '', foundAt: at }
    : kept
  const old = before?.answer
  return {
    question: question.key,
    answeredAt: at,
    byGroup,
    finding: finding && { ...finding },
    answer: {
      value,
      reason: null,
      words: value === 'fail' ? (finding?.words ?? '') : null,
      readings: [...(old?.readings ?? draft.readings?.[question.key] ?? [])],
      ...(value === 'fail'
        ? {
            major_answer: old?.major_answer ?? null,
            fixed_on_site: old?.fixed_on_site ?? false,
            deadline: old?.deadline ?? null,
          }
        : {}),
    },
  }
}

function remember(draft: Draft, question: string, before: DraftAnswer | null): void {
  const copy = before && (JSON.parse(JSON.stringify(before)) as DraftAnswer)
  draft.trail.push({ question, before: copy })
  if (draft.trail.length > TRAIL) draft.trail.splice(0, draft.trail.length - TRAIL)
}
