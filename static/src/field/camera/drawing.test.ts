import { expect, it } from 'vitest'
import { drawnOn, headOf, isMark, sizeOf, type Mark } from './drawing'

const mark = (changes: Partial<Mark> = {}): Mark => ({ tool: 'arrow', colour: 'red', points: [[10, 10]], ...changes })

it('draws on a picture no larger than the desk shows', () => {
  expect(sizeOf(4032, 3024)).toEqual({ width: 1600, height: 1200 })
  expect(sizeOf(640, 480)).toEqual({ width: 640, height: 480 })
})

it('follows the finger with a line, and moves the end of the others', () => {
  const moved = (tool: Mark['tool']) => drawnOn(drawnOn(mark({ tool }), [20, 20]), [30, 20]).points
  expect(moved('line')).toEqual([[10, 10], [20, 20], [30, 20]])
  expect(moved('circle')).toEqual([[10, 10], [30, 20]])
})

it('takes a tap for no mark, and a text without words neither', () => {
  expect(isMark(mark(), 5)).toBe(false)
  expect(isMark(drawnOn(mark(), [12, 12]), 5)).toBe(false)
  expect(isMark(drawnOn(mark(), [40, 10]), 5)).toBe(true)
  expect(isMark(mark({ tool: 'text', words: ' ' }), 5)).toBe(false)
  expect(isMark(mark({ tool: 'text', words: '裂缝' }), 5)).toBe(true)
})

it('points an arrow where it ends', () => {
  const [one, other] = headOf([0, 0], [100, 0], 1)
  expect(one[0]).toBeLessThan(100)
  expect(one[0]).toBeCloseTo(other[0])
  expect(one[1]).toBeCloseTo(-other[1])
})
