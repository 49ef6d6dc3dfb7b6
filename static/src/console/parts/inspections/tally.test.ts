import { expect, it } from 'vitest'
import { tally } from './types'

it('counts by comparison and leaves what cannot be compared out of the share', () => {
  const found = tally([{ comparison: 'missed' }, { comparison: 'agreed' }, { comparison: 'agreed' }, { comparison: 'not_comparable' }])
  expect(found.counts).toMatchObject({ missed: 1, agreed: 2, not_comparable: 1, understated: 0 })
  expect([found.agreed, found.comparable]).toEqual([2, 3])
})
