import { expect, it } from 'vitest'
import { totals } from './totals'

it('weighs each supervisor by photos, and says nothing of nothing', () => {
  expect(totals([{ judged: 90, agreed: 90 }, { judged: 10, agreed: 0 }])).toEqual({ judged: 100, agreed: 90, percent: '90.0' })
  expect(totals([]).percent).toBeNull()
})
