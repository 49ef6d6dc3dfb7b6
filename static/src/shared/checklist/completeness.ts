/**
 * What a visit still lacks before it can be handed in: the same list on the phone's last page and on the server.
 * Twin of fieldapp/checklists/completeness.py.
 */
import { draw } from './draw'
import { breaks, isBlank, judgeItem } from './limits'
import { absenceNeeds, missing as missingShots, needs } from './proof'
import { SENTENCES, type ShortfallCode } from './sentences'
import type { Answer, Category, Edition, Photo, Reason, Shot, State } from './types'
import { absenceKey, onSite, questions, type Question } from './walk'

/** One thing to put right. `key`: a question key or `absenceKey(category)`. */
export interface Shortfall {
  key: string
  category: string
  code: ShortfallCode
  shot: Shot | null
  zh: string
  en: string
}

/** missing: nothing may be left of it. remarks: worth a look, in nobody's way. */
export interface Completeness {
  missing: Shortfall[]
  remarks: Shortfall[]
}

/** Shortfalls by category, then in the order of `questions`, those of one question in the order of its card. */
export function completeness(edition: Edition, state: State): Completeness {
  const there = onSite(edition, state.units)
  const asked = questions(edition, state.units, Object.keys(state.absences))
  const drawn = new Set(draw(edition, state.nonce, asked, state.answers).map(d => d.key))
  const found = edition.categories.flatMap(category => [
    ...ofCategory(edition, state, category, there),
    ...asked.filter(q => q.category === category.id).flatMap(q => ofQuestion(edition, state, q, drawn.has(q.key))),
  ])
  const remarks = edition.categories
    .filter(c => there.includes(c.id) && c.may_be_absent && state.absences[c.id])
    .map(c => ofAbsence(c, 'absent_while_registered'))
  return { missing: found, remarks }
}

function ofCategory(edition: Edition, state: State, category: Category, there: readonly string[]): Shortfall[] {
  const absence = state.absences[category.id]
  if (!absence) return there.includes(category.id) ? [] : [ofAbsence(category, 'category_undeclared')]
  if (!category.may_be_absent) return [ofAbsence(category, 'never_absent')]
  const codes = reasonCodes(edition.reasons.absent, absence, 'absence_reason_missing')
  const shots = missingShots(absenceNeeds(edition), taken(state, absenceKey(category.id)))
  return [
    ...codes.map(code => ofAbsence(category, code)),
    ...shots.map(need => ofAbsence(category, 'absence_photo_missing', need.shot)),
  ]
}

function ofQuestion(edition: Edition, state: State, question: Question, drawn: boolean): Shortfall[] {
  const answer = state.answers[question.key]
  // Said once: which photos it owes depends on the answer.
  if (!answer) return [of(question, 'unanswered')]
  const said = [...ofReadings(question, answer), ...answerCodes(edition, question, answer).map(code => of(question, code))]
  const shots = missingShots(needs(edition, question.item, answer, drawn), taken(state, question.key))
  return [...said, ...shots.map(({ shot }) => {
    const kind = edition.shots.find(k => k.id === shot)
    return of(question, 'photo_missing', { shot_zh: kind?.zh ?? shot, shot_en: kind?.en ?? shot }, shot)
  })]
}

function answerCodes(edition: Edition, question: Question, answer: Answer): ShortfallCode[] {
  if (answer.value === 'not_inspected') return reasonCodes(edition.reasons.not_inspected, answer, 'reason_missing')
  if (answer.value !== 'fail') return []
  const codes: ShortfallCode[] = []
  if (question.item.major_when !== null && answer.major_answer == null) codes.push('major_unanswered')
  if (isBlank(answer.words)) codes.push('words_missing')
  if (!answer.fixed_on_site && !hasDeadline(edition, answer)) codes.push('deadline_missing')
  return codes
}

/** Of one reading or row only once, although two limits may share it. */
function ofReadings(question: Question, answer: Answer): Shortfall[] {
  const said = new Map<string, Shortfall>()
  for (const judged of judgeItem(question.item, answer.readings).limits) {
    const { judgement } = judged
    const limit = question.item.limits[judged.index]
    const add = (code: ShortfallCode, q: string) => {
      if (!said.has(code + q)) said.set(code + q, of(question, code, { q }))
    }
    if (judgement === 'unreadable') add('reading_unreadable', limit?.q ?? '')
    if (judgement === 'row_missing') add('row_missing', limit?.by ?? '')
    if (breaks(judged) && answer.value === 'pass') add('pass_violates_limit', limit?.q ?? '')
  }
  return [...said.values()]
}

function reasonCodes(
  reasons: readonly Reason[],
  given: { readonly reason?: string | null, readonly words?: string | null },
  lacking: ShortfallCode,
): ShortfallCode[] {
  const reason = reasons.find(r => r.id === given.reason)
  if (!reason) return [lacking]
  return reason.needs_note && isBlank(given.words) ? ['reason_words_missing'] : []
}

function hasDeadline(edition: Edition, answer: Answer): boolean {
  const deadline = edition.deadlines.find(d => d.id === answer.deadline?.kind)
  return !!deadline && (!deadline.needs_moment || !!answer.deadline?.at)
}

function taken(state: State, key: string): Photo[] {
  return state.photos.filter(photo => photo.key === key)
}

function of(
  { key, category, item, unit }: Question,
  code: ShortfallCode,
  words: Record<string, string> = {},
  shot: Shot | null = null,
): Shortfall {
  const at = unit ? `${unit.name} · ` : ''
  return {
    key, category, code, shot,
    zh: filled(SENTENCES[code].zh, { ...words, where: at + item.zh }),
    en: filled(SENTENCES[code].en, { ...words, where: at + item.en }),
  }
}

function ofAbsence({ id, zh, en }: Category, code: ShortfallCode, shot: Shot | null = null): Shortfall {
  const sentence = SENTENCES[code]
  return {
    key: absenceKey(id), category: id, code, shot,
    zh: filled(sentence.zh, { where: zh }),
    en: filled(sentence.en, { where: en }),
  }
}

function filled(sentence: string, words: Record<string, string>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => words[name] ?? '')
}
