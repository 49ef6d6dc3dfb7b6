/** How the questions of a visit are cut up for a small screen: by category or by zone, then by unit. */
import type { Edition } from '../types'
import type { Question } from '../../shared/checklist/walk'

export type Lens = 'category' | 'zone'

export interface Place {
  id: string
  zh: string
  en: string
}

export interface UnitPart {
  /** A unit's id, or `site`. */
  id: string
  name: string | null
  questions: Question[]
}

/** What the strip shows. Categories are all shown, also those that are not on site: they must be declared. */
export function placesOf(edition: Edition, lens: Lens, asked: readonly Question[]): Place[] {
  if (lens === 'category') return [...edition.categories]
  const used = new Set(asked.map(({ item }) => item.zone))
  return edition.zones.filter(({ id }) => used.has(id))
}

export function placeOf(lens: Lens, { category, item }: Question): string {
  return lens === 'category' ? category : item.zone
}

/** The questions of one place by unit, in the order in which the questions come. */
export function partsOf(lens: Lens, place: string, asked: readonly Question[]): UnitPart[] {
  const parts = new Map<string, UnitPart>()
  for (const question of asked) {
    if (placeOf(lens, question) !== place) continue
    const id = question.unit?.id ?? 'site'
    const part = parts.get(id) ?? { id, name: question.unit?.name ?? null, questions: [] }
    part.questions.push(question)
    parts.set(id, part)
  }
  return [...parts.values()]
}

/** The next question without an answer after the one at hand, going round; null where all are answered. */
export function nextAfter(key: string | null, asked: readonly Question[], isAnswered: (key: string) => boolean): Question | null {
  const at = asked.findIndex(question => question.key === key)
  const round = [...asked.slice(at + 1), ...asked.slice(0, at + 1)]
  return round.find(question => !isAnswered(question.key)) ?? null
}
