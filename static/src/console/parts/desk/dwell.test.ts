import { describe, expect, it } from 'vitest'
import { Dwell } from './dwell'

describe('for how long a photo was before the eyes', () => {
  it('adds up over several looks, and not between them', () => {
    const dwell = new Dwell()
    dwell.enter('a', 0)
    dwell.leave('a', 300)
    dwell.enter('a', 1000)
    expect(dwell.of('a', 1500)).toBe(800)
    dwell.leave('a', 1600)
    expect(dwell.of('a', 9000)).toBe(900)
  })

  it('stands still while the window is covered', () => {
    const dwell = new Dwell()
    dwell.enter('a', 0)
    dwell.pause(400)
    expect(dwell.of('a', 60_000)).toBe(400)
    dwell.resume(60_000)
    expect(dwell.of('a', 60_100)).toBe(500)
  })

  it('is nothing for what never came into view', () => {
    expect(new Dwell().of('b', 500)).toBe(0)
  })

  it('begins once, however often it is told', () => {
    const dwell = new Dwell()
    dwell.enter('a', 0)
    dwell.enter('a', 700)
    expect(dwell.of('a', 800)).toBe(800)
  })
})
