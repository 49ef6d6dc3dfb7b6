import { expect, it } from 'vitest'
import { tilesOf } from './waiting'

it('shows what waits, in the order of the server, and marks what cannot wait', () => {
  const tiles = tilesOf([{ what: 'hazards_overdue', count: 2 }, { what: 'quarantine', count: 0 }, { what: 'photos', count: 7 }])
  expect(tiles).toEqual([
    { what: 'hazards_overdue', count: 2, to: '/hazards?state=overdue', urgent: true },
    { what: 'photos', count: 7, to: '/desk', urgent: false },
  ])
})
