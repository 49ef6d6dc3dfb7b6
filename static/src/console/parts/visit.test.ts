import { expect, it } from 'vitest'
import { byCategory, type Shortfall } from './visit'

const lack = (question: string | null): Shortfall => ({ question, code: 'photo_missing', detail: String(question) })

it('tells what a visit lacks by category, and what belongs to none of them last', () => {
  const lacks = [lack(null), lack('formwork.design.plan@u1'), lack('crane.tower.limit@u2'), lack('formwork.frame.bolt@u1'), lack('absent@fire')]
  const groups = byCategory(lacks, [{ category: 'formwork' }, { category: 'crane' }])
  expect(groups.map(({ category, lacks: of }) => [category, of.length])).toEqual([['formwork', 2], ['crane', 1], ['fire', 1], [null, 1]])
})

it('takes the path of a form\'s field for no category', () => {
  expect(byCategory([lack('session.date')], [])).toEqual([{ category: null, lacks: [lack('session.date')] }])
})
