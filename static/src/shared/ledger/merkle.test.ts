import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isConsistent, isIncluded, type Consistency, type Inclusion } from './merkle'

type Case<T> = T & { name: string; holds: boolean }
const file = new URL('../../../../tests/ledger/cases/proofs.json', import.meta.url)
const cases = JSON.parse(readFileSync(file, 'utf8')) as { inclusion: Case<Inclusion>[]; consistency: Case<Consistency>[] }

describe('proofs, by the cases that the server passes too', () => {
  it.each(cases.inclusion)('inclusion: $name', (given) => {
    expect(isIncluded(given)).toBe(given.holds)
  })

  it.each(cases.consistency)('consistency: $name', (given) => {
    expect(isConsistent(given)).toBe(given.holds)
  })
})
