import { expect, it } from 'vitest'
import { fillIn } from './elder'

it('gives an elder browser the last of a list and leaves a newer one its own', () => {
  class List { 0 = 'first'; 1 = 'last'; length = 2 }
  const list = new List() as List & { at(n: number): unknown }
  fillIn([List.prototype])
  expect([list.at(-1), list.at(0), list.at(-3), Object.keys(list).includes('at')]).toEqual(['last', 'first', undefined, false])

  const own = Array.prototype.at
  fillIn()
  expect(Array.prototype.at).toBe(own)
})
