import { expect, it } from 'vitest'
import { at } from './describing'

it('fills the places of a path, and nothing that stands in one leads elsewhere', () => {
  expect(at('/api/checklists/{checklist}/{edition}', { checklist: 'fire', edition: '../2026-1?x' })).toBe('/api/checklists/fire/..%2F2026-1%3Fx')
})

it('puts the questions that have a value', () => {
  expect(at('/api/visits', null, { project: 'p 1', period: null, surveyor: '' })).toBe('/api/visits?project=p+1')
})
