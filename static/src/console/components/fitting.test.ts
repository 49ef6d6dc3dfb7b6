import { expect, it } from 'vitest'
import { fitting } from './fitting'

it('keeps all side by side where they fit, to the pixel', () => {
  expect(fitting([100, 100, 100], 300, 80)).toBe(3)
})

it('leaves room for the menu of what does not fit', () => {
  expect(fitting([100, 100, 100], 299, 80)).toBe(2)
  expect(fitting([100, 100, 100], 279, 80)).toBe(1)
  expect(fitting([100, 100, 100], 50, 80)).toBe(0)
})
