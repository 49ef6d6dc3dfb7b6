import { expect, it } from 'vitest'
import type { Item, Limit } from '../../shared/checklist/types'
import '../words'
import { limitsInShort, readingLines } from './limits'

const limit = (of: Partial<Limit>): Limit => ({ q: '臂根铰点高度', op: '>', v: '50', u: 'm', role: null, by: null, table: null, alt: null, tol_from: null, ...of }) as Limit
const item = (...limits: Limit[]) => ({ limits }) as unknown as Item

it('says from where on a duty exists, as it says what a reading may be', () => {
  expect(limitsInShort(item(limit({ role: 'applies' } as Partial<Limit>)))).toBe('臂根铰点高度 （> 50m 时适用）')
  expect(limitsInShort(item(limit({ op: '<=', v: '2' })))).toBe('臂根铰点高度 ≤ 2m')
})

it('shows two bounds of one reading on one line', () => {
  const [line, ...others] = readingLines(item(limit({ op: '>', v: '100', u: '%' }), limit({ op: '<', v: '110', u: '%' })))
  expect(others).toEqual([])
  expect(line!.bounds).toBe('> 100%，< 110%')
})
