import { describe, expect, it } from 'vitest'
import { casesOf, edition, unitsOf } from './cases.testing'
import { candidates, draw } from './draw'
import type { Answer, AnswerValue } from './types'
import { questions } from './walk'

describe('the order of the draw', () => {
  it.each(casesOf('draw', 'candidates'))('$says', ({ nonce, units, category, is }) => {
    const asked = questions(edition, unitsOf(units))
    expect(candidates(nonce, category, asked).map(q => q.key)).toEqual(is)
  })
})

describe('which questions are drawn', () => {
  it.each(casesOf('draw', 'draw'))('$says', ({ nonce, units, answers, is }) => {
    const said: Record<string, Answer> = {}
    for (const [key, value] of Object.entries(answers)) said[key] = { value: value as AnswerValue }
    const drawn = draw(edition, nonce, questions(edition, unitsOf(units)), said)
    expect(drawn.map(d => [d.key, d.passed_on])).toEqual(is)
  })
})
