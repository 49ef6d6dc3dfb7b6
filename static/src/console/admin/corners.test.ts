import { expect, it } from 'vitest'
import { cornersOf } from './corners'

it.each([
  ['119.9,29.2\n119.91,29.2', [[119.9, 29.2], [119.91, 29.2]]],
  ['  119.9，29.2 \n\n119.91 29.2\n', [[119.9, 29.2], [119.91, 29.2]]],
  ['119.9', [[119.9, NaN]]],
  ['东门,29.2', [[NaN, 29.2]]],
])('reads the corners of %j', (text, corners) => {
  expect(cornersOf(text)).toEqual(corners)
})
