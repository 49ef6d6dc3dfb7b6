import { describe, expect, it } from 'vitest'
import { casesOf, edition, unitsOf } from './cases.testing'
import { byZone, onSite, questions } from './walk'

describe('which categories are there', () => {
  it.each(casesOf('walk', 'on_site'))('$says', ({ units, is }) => {
    expect(onSite(edition, unitsOf(units))).toEqual(is)
  })
})

describe('how many questions there are', () => {
  it.each(casesOf('walk', 'count'))('$says', ({ units, absent, is }) => {
    const asked = questions(edition, unitsOf(units), absent)
    const count: Record<string, number> = {}
    for (const { category } of asked) count[category] = (count[category] ?? 0) + 1
    expect(count).toEqual(is)
    expect(new Set(asked.map(q => q.key)).size).toBe(asked.length)
  })
})

describe('the order by category', () => {
  it.each(casesOf('walk', 'keys'))('$says', ({ units, category, is }) => {
    const asked = questions(edition, unitsOf(units))
    expect(asked.filter(q => q.category === category).map(q => q.key)).toEqual(is)
  })
})

describe('the order by zone', () => {
  it.each(casesOf('walk', 'by_zone'))('$says', ({ units, is }) => {
    expect(byZone(edition, questions(edition, unitsOf(units))).map(q => q.key)).toEqual(is)
  })
})

describe('how far one tap may reach', () => {
  it.each(casesOf('walk', 'groups'))('$says', ({ units, key, is }) => {
    expect(questions(edition, unitsOf(units)).find(q => q.key === key)?.group).toBe(is)
  })
})
