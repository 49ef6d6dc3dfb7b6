/**
 * 本组其余合格: one tap for the rest of a group, but only once its proof is in hand.
 * Twin of fieldapp/checklists/grouping.py.
 */
import { draw } from './draw'
import { missing, needs } from './proof'
import type { Edition, State } from './types'
import { questions, type Question } from './walk'

/** keys: the questions one tap would pass; empty with a `why_not`. waiting_for: the questions still owing proof. */
export interface RestOfGroup {
  keys: string[]
  why_not: 'proof_missing' | 'nothing_left' | null
  waiting_for: string[]
}

/** What 本组其余合格 would answer in `group` (a Question's own), or why it may not yet. */
export function restOfGroup(edition: Edition, state: State, group: string): RestOfGroup {
  const asked = questions(edition, state.units, Object.keys(state.absences))
  const drawn = new Set(draw(edition, state.nonce, asked, state.answers).map(d => d.key))
  const mine = asked.filter(q => q.group === group)
  const left = mine.filter(q => !state.answers[q.key]).map(q => q.key)
  if (!left.length) return { keys: [], why_not: 'nothing_left', waiting_for: [] }
  const waiting = mine.filter(q => owesProof(edition, state, q, drawn.has(q.key))).map(q => q.key)
  return waiting.length
    ? { keys: [], why_not: 'proof_missing', waiting_for: waiting }
    : { keys: left, why_not: null, waiting_for: [] }
}

/** Only what is owed whatever the answer: the photos of a failed item are no reason to hold up the others. */
function owesProof(edition: Edition, state: State, { item, key }: Question, drawn: boolean): boolean {
  const owed = needs(edition, item, state.answers[key], drawn)
    .filter(({ why }) => why === 'always' || why === 'drawn' || why === 'not_applicable')
  return missing(owed, state.photos.filter(photo => photo.key === key)).length > 0
}
