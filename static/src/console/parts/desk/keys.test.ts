import { describe, expect, it } from 'vitest'
import { deedOf, type Key, type Mode } from './keys'

const press = (key: string, mode: Mode = 'look', more: Partial<Key> = {}) =>
  deedOf({ key, shift: false, chord: false, typing: false, onControl: false, ...more }, mode)

describe('keys at the desk', () => {
  it.each([
    ['a', 'accept'],
    ['A', 'accept'],
    ['r', 'reject'],
    ['z', 'undo'],
    ['j', 'next'],
    ['k', 'previous'],
    ['?', 'help'],
    [' ', 'pixels'],
  ])('%s means %s', (key, deed) => expect(press(key)).toEqual({ do: deed }))

  it('moves by visit with Shift', () => {
    expect(press('J', 'look', { shift: true })).toEqual({ do: 'next_visit' })
    expect(press('K', 'look', { shift: true })).toEqual({ do: 'previous_visit' })
  })

  it('numbers reasons after R, then what follows', () => {
    expect(press('1')).toBeNull()
    expect(press('1', 'reason')).toEqual({ do: 'reason', code: 'reused' })
    expect(press('7', 'reason')).toEqual({ do: 'reason', code: 'other' })
    expect(press('8', 'reason')).toBeNull()
    expect(press('3', 'follow')).toEqual({ do: 'follow', code: 'none' })
    expect(press('Enter', 'follow')).toEqual({ do: 'confirm' })
  })

  it('leaves letters to a person who writes, but lets Escape and Enter end it', () => {
    expect(press('a', 'follow', { typing: true })).toBeNull()
    expect(press('2', 'follow', { typing: true })).toBeNull()
    expect(press('Enter', 'follow', { typing: true })).toEqual({ do: 'confirm' })
    expect(press('Escape', 'follow', { typing: true })).toEqual({ do: 'back' })
  })

  it('never takes the browser’s own chords, nor Space and Enter from a focused button', () => {
    expect(press('r', 'look', { chord: true })).toBeNull()
    expect(press(' ', 'look', { onControl: true })).toBeNull()
    expect(press('Enter', 'follow', { onControl: true })).toBeNull()
  })

  it('takes a photo out of the sheet or opens it, and rejects nothing there', () => {
    expect(press('g')).toEqual({ do: 'sheet' })
    expect(press('x', 'sheet')).toEqual({ do: 'take_out' })
    expect(press('x')).toBeNull()
    expect(press('Enter', 'sheet')).toEqual({ do: 'open' })
    expect(press('r', 'sheet')).toBeNull()
    expect(press('a', 'sheet')).toEqual({ do: 'accept' })
    expect(press('1', 'sheet')).toBeNull()
  })
})
