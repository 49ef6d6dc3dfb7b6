import { expect, it } from 'vitest'
import type { Sheet } from '../score/types'
import { clauseGroups } from './clauses'

const printed = (id: string, by_case: boolean) => ({ id, by_case, clauses: [`${id}_1`], content_zh: '', method_zh: '' })

it('offers the items of the business with their points, those counted by the case first', () => {
  const sections = [{ id: 'organization', items: [printed('team', false)] }, { id: 'business', items: [printed('training', false), printed('survey', true)] }]
  const about = { titles: { sections }, sheet: { items: [{ id: 'survey', max: '20' }, { id: 'training', max: '15' }] } } as unknown as Sheet
  expect(clauseGroups(about)).toEqual([
    { item: 'survey', points: 20, byCase: true, clauses: ['survey_1'] },
    { item: 'training', points: 15, byCase: false, clauses: ['training_1'] },
  ])
})
