/** What the camera is asked for at a question, and where it goes on at the same machine without being closed. */
import type { CameraRequest } from '../camera/request'
import { missing } from '../../shared/checklist/proof'
import type { Shot } from '../../shared/checklist/types'
import type { Question } from '../../shared/checklist/walk'
import { pick } from '../../shared/i18n'
import { capturesAt, shotsOf, shotWord, type Visit } from './visit'

/** `first`: the shot to begin with. An unsafe item leads nowhere else: it wants words, and as many photos as it needs. */
export function requestAt(visit: Visit, question: Question, first: string): CameraRequest {
  const said = visit.draft.answers[question.key]
  const isUnsafe = said?.answer.value === 'fail'
  return {
    draft: visit.draft, question: question.key, category: null, title: pick(question.item), unit: question.unit?.name ?? null,
    findingId: isUnsafe ? (said.finding?.id ?? null) : null, first,
    shots: shotsOf(visit, question).map(({ shot: id, hint, required }) => ({ id, hint, required, ...shotWord(visit, id) })),
    ...(isUnsafe ? {} : { next: () => nextOwed(visit, question) }),
  }
}

/** The next question of the same unit and category, going round, that owes a photo. */
function nextOwed(visit: Visit, { key, category, unit }: Question): CameraRequest | null {
  const mine = visit.asked.value.filter(other => other.category === category && other.unit?.id === unit?.id)
  const at = mine.findIndex(other => other.key === key)
  for (const other of [...mine.slice(at + 1), ...mine.slice(0, at)]) {
    const owed = owedAt(visit, other)
    if (owed) return requestAt(visit, other, owed)
  }
  return null
}

function owedAt(visit: Visit, question: Question): string | undefined {
  const taken = capturesAt(visit, question.key).map(({ shot }) => ({ shot: shot as Shot }))
  return missing(shotsOf(visit, question), taken)[0]?.shot
}
