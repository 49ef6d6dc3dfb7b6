/** Which photos a question owes, and which of them are not there yet. Twin of fieldapp/checklists/proof.py. */
import { isBlank } from './limits'
import type { Answer, Edition, Item, Shot } from './types'

/**
 * always, drawn: owed even when it passes. finding: shows what fails. before, after: put right on the spot.
 * not_applicable: why a shot that was owed cannot be had. absence: the category is not on site.
 */
export type Why = 'always' | 'drawn' | 'finding' | 'before' | 'after' | 'not_applicable' | 'absence'

/** One shot asked for, with the words to frame it (Chinese). `required` false: offered, may be left out. */
export interface ShotNeed {
  shot: Shot
  hint: string
  required: boolean
  why: Why
  /** What comes of it is personal data. */
  personal: boolean
}

/** What the question asks for, each shot once. No answer: what it will owe if it passes. */
export function needs(edition: Edition, item: Item, answer: Answer | null | undefined, drawn = false): ShotNeed[] {
  const owed: Why | null = item.proof === 'always' ? 'always' : drawn ? 'drawn' : null
  const value = answer?.value ?? 'pass'
  if (value === 'not_inspected') return []
  // A false 不适用 must not be a way around the photo.
  if (value === 'not_applicable') return owed ? [kindNeed(edition, 'why', 'not_applicable')] : []
  const shots = owed ? [listedNeed(item, proofShot(item), owed)] : []
  return once(answer && value === 'fail' ? [...shots, ...ofFailure(edition, item, answer)] : shots)
}

/** What a category declared not on site asks for. */
export function absenceNeeds(edition: Edition): ShotNeed[] {
  return [kindNeed(edition, 'absence', 'absence')]
}

/** The required shots that nobody took. One photo of a shot is enough, a second one never replaces another. */
export function missing(asked: readonly ShotNeed[], taken: readonly { readonly shot: Shot }[]): ShotNeed[] {
  return asked.filter(need => need.required && !taken.some(photo => photo.shot === need.shot))
}

/** The one shot of an `always` or drawn item. In a checked edition it is always in its list. */
export function proofShot(item: Item): Shot {
  const listed = item.photo.map(photo => photo.shot)
  if (item.proof === 'always') return item.method === 'paper' || !listed.includes('far') ? 'near' : 'far'
  if (item.method === 'paper') return 'near'
  if (item.method === 'operator_test') return listed.includes('video') ? 'video' : 'meter'
  if (item.method === 'measure' && listed.includes('meter')) return 'meter'
  return listed.find(shot => shot !== 'doc') ?? 'near'
}

function ofFailure(edition: Edition, item: Item, answer: Answer): ShotNeed[] {
  if (answer.fixed_on_site) {
    return [kindNeed(edition, 'before', 'before'), kindNeed(edition, 'after', 'after'), ...findings(item, [])]
  }
  const { fail_owed, fail_owed_with_reading } = edition.proof
  const wasRead = (answer.readings ?? []).some(reading => !isBlank(reading.value))
  const owed = wasRead ? [...fail_owed, ...fail_owed_with_reading] : fail_owed
  const listed = item.photo.map(photo => photo.shot)
  const owes = listed.some(shot => owed.includes(shot))
  return findings(item, owes ? owed : listed.slice(0, 1))
}

function findings(item: Item, owed: readonly Shot[]): ShotNeed[] {
  return item.photo.map(({ shot, hint, personal }) => (
    { shot, hint, required: owed.includes(shot), why: 'finding', personal }
  ))
}

function listedNeed(item: Item, shot: Shot, why: Why): ShotNeed {
  const photo = item.photo.find(p => p.shot === shot)
  return { shot, hint: photo?.hint ?? '', required: true, why, personal: photo?.personal ?? false }
}

function kindNeed(edition: Edition, shot: Shot, why: Why): ShotNeed {
  const hint = edition.shots.find(kind => kind.id === shot)?.hint_zh ?? ''
  return { shot, hint, required: true, why, personal: false }
}

function once(asked: readonly ShotNeed[]): ShotNeed[] {
  const merged = new Map<Shot, ShotNeed>()
  for (const need of asked) {
    const first = merged.get(need.shot) ?? need
    merged.set(need.shot, { ...first, required: first.required || need.required })
  }
  return [...merged.values()]
}
