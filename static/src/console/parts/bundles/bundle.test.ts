import { describe, expect, it } from 'vitest'
import { faultOf } from './bundle'

describe('a bundle’s passphrase', () => {
  it.each([
    ['', '', null],
    ['short', '', 'bundle.passphrase.short'],
    ['long enough, really', '', 'bundle.passphrase.again'],
    ['long enough, really', 'long enough, reallx', 'bundle.passphrase.differ'],
    ['long enough, really', 'long enough, really', null],
  ])('%s, %s', (passphrase, again, fault) => {
    expect(faultOf(passphrase, again)).toBe(fault)
  })
})
