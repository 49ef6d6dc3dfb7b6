import { describe, expect, it } from 'vitest'
import { casesOf } from '../checklist/cases.testing'
import { evaluate } from './evaluating'
import { dayOf, organisationCode, personId, phone } from './identity'
import { BadExpression, parse } from './syntax'
import { DAY_MS, exact, spelled, type Value } from './values'

const NUMBERS: Record<string, (typed: string) => string | null> = { person_id: personId, organisation_code: organisationCode, phone }

function valueIn(given: unknown): Value {
  if (given === null || given === undefined) return null
  if (typeof given !== 'object') return given as string | boolean
  const { number, date, time, duration } = given as Record<string, string>
  if (number !== undefined) return exact(number)
  if (date !== undefined) return { kind: 'date', days: dayOf(date)! }
  return time !== undefined ? { kind: 'time', ms: Date.parse(time) } : { kind: 'duration', ms: Number(duration) }
}


function written(value: Value): unknown {
  if (value === null || typeof value !== 'object') return value
  switch (value.kind) {
    case 'number': return { number: spelled(value) }
    case 'date': return { date: new Date(value.days * DAY_MS).toISOString().slice(0, 10) }
    case 'time': return { time: new Date(value.ms).toISOString() }
    case 'duration': return { duration: value.ms }
  }
}

function givenBy(names: Record<string, unknown>) {
  return (name: string) => valueIn(names[name])
}

describe('an expression gives', () => {
  it.each(casesOf('form_language', 'gives'))('$says', ({ source, names, is }) => {
    expect(written(evaluate(parse(source), givenBy(names)))).toEqual(is)
  })
})

describe('what is no expression is refused at its place', () => {
  it.each(casesOf('form_language', 'refused'))('$says', ({ source, at }) => {
    expect(() => parse(source)).toThrow(BadExpression)
    try {
      parse(source)
    } catch (error) {
      expect((error as BadExpression).at).toBe(at)
    }
  })
})

describe('numbers that check themselves', () => {
  it.each(casesOf('form_language', 'numbers'))('$says', ({ kind, typed, is }) => {
    expect(NUMBERS[kind]!(typed)).toBe(is)
  })
})

it('random expressions give what the server gives', () => {
  const cases = casesOf('form_language_random', 'random')
  const here = cases.map(({ source, names }) => ({ source, names, is: written(evaluate(parse(source), givenBy(names))) }))

  expect(here).toEqual(cases)
})
