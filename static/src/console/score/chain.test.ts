import { expect, it } from 'vitest'
import { chainOfDeduction, chainOfGrade, photosOf } from './chain'
import { aFormItem, aGround, aLine, aSheet } from './sheets.testing'

it('unfolds a judged grade to its words, its ground and the ledger row of that ground', () => {
  const item = aFormItem({ grade: 'good', given_grade: 'good', score: '8', from: 'assessor', words: '漏查一项', grounds: [aGround({ kind: 'fact', id: 'f-1' })] })
  const chain = chainOfGrade(item, 'county_authority', null)
  expect(chain.words?.text).toBe('漏查一项')
  expect(chain.method.map((one) => one.word)).toEqual(['chain.judged'])
  expect(chain.ledger).toEqual(['recorded_fact/f-1'])
})

it('says what a grade is worth in the year, and what excellent would add', () => {
  const item = aFormItem({ grade: 'good', score: '8', from: 'assessor' })
  const [, worth, best] = chainOfGrade(item, 'county_authority', aSheet()).method
  expect(worth).toEqual({ word: 'chain.worth', values: { score: '8', forms: 2, weight: '50%', share: '2.00' } })
  expect(best).toEqual({ word: 'chain.worth.best', values: { more: '0.50' } })
})

it('opens a deduction down to the photo and to the entries that prove it', () => {
  const sheet = aSheet({ grounds: { 'o-1': [aGround({ kind: 'verdict', id: 'v-1', evidence_id: 'e-1' })] } })
  const chain = chainOfDeduction({ id: 'survey', max: '20', score: '19', lines: [aLine({ source: 'o-1', clause: 'unclear' })] }, sheet)
  expect(chain.rule).toEqual(['影像不规范，扣1分。'])
  expect(chain.grounds[0]?.evidence_id).toBe('e-1')
  expect(chain.ledger).toEqual(['occurrence/o-1', 'verdict/v-1', 'evidence/e-1'])
})

it('shows every clause of an item that lost nothing', () => {
  const chain = chainOfDeduction({ id: 'survey', max: '20', score: '20', lines: [] }, aSheet())
  expect(chain.rule).toEqual(['影像不规范，扣1分。', '弄虚作假，不得分。'])
  expect(chain.method[0]?.word).toBe('chain.undeducted')
})

it('tells what the floor swallowed', () => {
  const chain = chainOfDeduction({ id: 'survey', max: '20', score: '0', raw: '-24', lines: [] }, aSheet())
  expect(chain.method[1]).toEqual({ word: 'chain.floor', values: { raw: '24' } })
})

it('asks the ledger for no row of the satisfaction tier, which is no occurrence', () => {
  const chain = chainOfDeduction({ id: 'survey', max: '15', score: '12', lines: [aLine({ source: 'satisfaction' })] }, aSheet())
  expect(chain.ledger).toEqual([])
})

it('shows a photo once though both it and its verdict are grounds', () => {
  const verdict = aGround({ kind: 'verdict', id: 'v-1', evidence_id: 'e-1', thumb_url: '/t' })
  expect(photosOf([verdict, { ...verdict, kind: 'evidence', id: 'e-1' }]).map((photo) => photo.id)).toEqual(['e-1'])
})

it("goes from a fact down to both sides' photos at the authority's finding", () => {
  const insurer_answer = { visit_id: 'v', value: 'pass', answered_at: '2026-10-01T00:00:00Z', surveyor: { name: '周' }, photos: [{ id: 'e-2', shot: 'near', thumb_url: '/t', captured_at: '2026-10-01T00:00:00Z' }] }
  const project = { id: 'p', name: '某工地' }
  const finding = { id: 'a-1', question: 'edge@site', words: '', place: '', found_at: '', item: null, project, comparison: 'missed', response: null, photos: [{ id: 'e-1', shot: 'near', thumb_url: '/t', captured_at: '2026-10-02T00:00:00Z' }], insurer_answer }
  expect(photosOf([aGround({ finding })])).toMatchObject([{ id: 'e-1', side: 'authority' }, { id: 'e-2', title: '某工地', side: 'insurer' }])
})
