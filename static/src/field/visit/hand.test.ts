import { expect, it } from 'vitest'
import { isSecondTap } from './hand'

const HOUR = 3600_000

it('takes the second tap of a glove for none, and the next one for a tap', () => {
  expect([0, 200, 900].map(ms => isSecondTap(HOUR + ms))).toEqual([false, true, false])
})

it('takes every tap after the clock was set back', () => {
  isSecondTap(3 * HOUR)
  expect([isSecondTap(2 * HOUR), isSecondTap(2 * HOUR + 900)]).toEqual([false, false])
})
