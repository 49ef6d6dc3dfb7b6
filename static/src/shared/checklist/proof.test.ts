import { describe, expect, it } from 'vitest'
import { casesOf, edition, itemOf } from './cases.testing'
import { draw } from './draw'
import { missing, needs, proofShot } from './proof'
import type { Shot, Unit } from './types'
import { questions } from './walk'

describe('the one shot of an item', () => {
  it.each(casesOf('proof', 'proof_shot'))('$says', ({ item, is }) => {
    expect(proofShot(itemOf(item))).toBe(is)
  })
})

describe('what a question asks for', () => {
  it.each(casesOf('proof', 'needs'))('$says', ({ item, answer, drawn, is }) => {
    expect(needs(edition, itemOf(item), answer, drawn).map(n => [n.shot, n.required, n.why])).toEqual(is)
  })
})

describe('the words that frame a shot', () => {
  it.each(casesOf('proof', 'hints'))('$says', ({ item, answer, is }) => {
    expect(needs(edition, itemOf(item), answer).map(n => n.hint)).toEqual(is)
  })
})

describe('which photos are personal data', () => {
  it.each(casesOf('proof', 'personal'))('$says', ({ item, answer, drawn, is }) => {
    const asked = needs(edition, itemOf(item), answer, drawn)
    expect(asked.filter(n => n.personal).map(n => n.shot)).toEqual(is)
  })
})

describe('what is still to take', () => {
  it.each(casesOf('proof', 'missing'))('$says', ({ item, answer, taken, is }) => {
    const photos = (taken as Shot[]).map(shot => ({ shot }))
    expect(missing(needs(edition, itemOf(item), answer), photos).map(n => n.shot)).toEqual(is)
  })
})

it.each(['coupler', 'disklock', 'cantilever'])('a site with one of everything owes 24 photos (%s)', system => {
  const subs: Record<string, string> = { scaffold: system, formwork_area: 'coupler' }
  const units: Unit[] = edition.unit_kinds.map(({ id, zh }) => ({ id, kind: id, name: zh, sub: subs[id] ?? null }))
  const asked = questions(edition, units)
  const drawn = new Set(draw(edition, 'any nonce', asked, {}).map(d => d.key))
  const owed = asked.flatMap(q => needs(edition, q.item, null, drawn.has(q.key)))
  expect(owed.filter(n => n.why === 'always')).toHaveLength(14)
  expect(owed.filter(n => n.why === 'drawn')).toHaveLength(10)
})
