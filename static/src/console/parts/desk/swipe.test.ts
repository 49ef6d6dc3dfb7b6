import { describe, expect, it } from 'vitest'
import { swipeOf } from './swipe'

describe('a swipe over the photo', () => {
  it.each([
    ['far to the right', { across: 0.4, down: 0.02, ms: 900 }, 'accept'],
    ['far to the left', { across: -0.4, down: 0.1, ms: 900 }, 'reject'],
    ['a quick flick', { across: 0.2, down: 0, ms: 120 }, 'accept'],
    ['a slow short drag', { across: 0.2, down: 0, ms: 900 }, null],
    ['a trembling thumb', { across: 0.05, down: 0, ms: 20 }, null],
    ['scrolling aslant', { across: 0.4, down: 0.5, ms: 200 }, null],
  ])('%s', (_, drag, means) => expect(swipeOf(drag)).toBe(means))
})
