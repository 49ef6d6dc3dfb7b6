import { describe, expect, it } from 'vitest'
import { casesOf, edition, table, unitsOf } from './cases.testing'
import { completeness, type Shortfall } from './completeness'
import { draw } from './draw'
import { restOfGroup } from './grouping'
import { needs } from './proof'
import type { Absence, Answer, Photo, State, Unit } from './types'
import { absenceKey, onSite, questions } from './walk'

interface Given {
  units: Partial<Unit>[]
  answers?: Record<string, Answer>
  absences?: Record<string, Absence>
  without?: { answers?: string[], absences?: string[], photos?: string[][] }
}

const groups = table('grouping')
const nonce = '9f2c'

/** The complete visit of the case, less what the case takes away. */
function visit({ units, answers, absences, without = {} }: Given): State {
  const there = unitsOf(units)
  const away = edition.categories.filter(c => !onSite(edition, there).includes(c.id))
  const declared = { ...Object.fromEntries(away.map(c => [c.id, { reason: 'not_started' }])), ...absences }
  const asked = questions(edition, there, Object.keys(declared))
  const said: Record<string, Answer> = {
    ...Object.fromEntries(asked.map(q => [q.key, { value: 'pass' as const }])), ...answers,
  }
  const drawn = new Set(draw(edition, nonce, asked, said).map(d => d.key))
  const photos: Photo[] = [
    ...asked.flatMap(({ key, item }) => needs(edition, item, said[key], drawn.has(key))
      .filter(need => need.required).map(({ shot }) => ({ key, shot }))),
    ...Object.keys(declared).map(category => ({ key: absenceKey(category), shot: 'absence' as const })),
  ]
  const gone = (without.photos ?? []).map(String)
  return {
    units: there,
    nonce,
    answers: less(said, without.answers),
    absences: less(declared, without.absences),
    photos: photos.filter(({ key, shot }) => !gone.includes(String([key, shot]))),
  }
}

function less<T>(all: Record<string, T>, keys: string[] = []): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => !keys.includes(key)))
}

const inShort = ({ key, code, shot }: Shortfall) => [key, code, shot]

describe('what a visit still lacks', () => {
  it.each(casesOf('completeness', 'cases'))('$says', ({ missing, remarks, ...given }) => {
    const found = completeness(edition, visit(given as Given))
    expect(found.missing.map(inShort)).toEqual(missing)
    expect(found.remarks.map(inShort)).toEqual(remarks)
  })
})

describe('it is said in both languages', () => {
  it.each(casesOf('completeness', 'sentences'))('$says', ({ zh, en, ...given }) => {
    const found = completeness(edition, visit(given as Given)).missing
    expect(found.map(s => s.zh)).toEqual(zh)
    expect(found.map(s => s.en)).toEqual(en)
  })
})

describe('the rest of a group passes at one tap', () => {
  it.each(casesOf('grouping', 'cases'))('$says', ({ group, answers, photos, is }) => {
    const state: State = {
      units: unitsOf(groups.units),
      nonce: String(groups.nonce),
      answers,
      absences: {},
      photos: (photos as [string, Photo['shot']][]).map(([key, shot]) => ({ key, shot })),
    }
    expect(restOfGroup(edition, state, group)).toEqual(is)
  })
})
