import { describe, expect, it } from 'vitest'
import { edition, itemOf, unitsOf } from '../../shared/checklist/cases.testing'
import { questions } from '../../shared/checklist/walk'
import { limitsInShort, readingLines } from './limits'
import { nextAfter, partsOf, placesOf } from './sections'

const units = unitsOf([{ id: 'tc1', kind: 'tower_crane', name: '1#塔机' }, { id: 'tc2', kind: 'tower_crane', name: '2#塔机' }])
const asked = questions(edition, units)

it('shows every category, since one that is not on site must be declared', () => {
  expect(placesOf(edition, 'category', asked).map(({ id }) => id)).toEqual(['crane', 'formwork', 'deep_pit', 'scaffold', 'fire'])
})

it('shows only the zones where something is asked', () => {
  expect(placesOf(edition, 'zone', asked).map(({ id }) => id)).not.toContain('pit')
})

it('parts a category by unit', () => {
  expect(partsOf('category', 'crane', asked).map(({ name }) => name)).toEqual(['1#塔机', '2#塔机'])
})

describe('the next question', () => {
  const [first, second] = asked as [typeof asked[0] & object, typeof asked[0] & object]
  const last = asked.at(-1)!

  it('is the first one at the beginning', () => expect(nextAfter(null, asked, () => false)).toBe(first))
  it('is the one after the one at hand', () => expect(nextAfter(first.key, asked, () => false)).toBe(second))
  it('goes round at the end', () => expect(nextAfter(last.key, asked, key => key === last.key)).toBe(first))
  it('is none when all are answered', () => expect(nextAfter(null, asked, () => true)).toBeNull())
})

it('says two bounds of one reading in one line', () => {
  expect(limitsInShort(itemOf('crane.tower.load_limiters'))).toBe('切断点/额定值 > 100%，< 110%')
  expect(readingLines(itemOf('crane.tower.load_limiters'))).toHaveLength(1)
})
