/** The tables of cases that Python and TypeScript both pass; only tests import this. */
import { readFileSync } from 'node:fs'
import type { Edition, Item, Limit, PublishedEdition, Unit } from './types'

/** Rows of a table as its file writes them: the test that reads them knows their shape. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Case = Record<string, any>

const CASES = new URL('../../../../tests/checklists/cases/', import.meta.url)

export const published = read('monthly_check-2026-1') as unknown as PublishedEdition
export const edition: Edition = published.edition

/** One list of cases of a table; an empty one would test nothing and say so to nobody. */
export function casesOf(table: string, list: string): Case[] {
  const cases = read(table)[list] as Case[] | undefined
  if (!cases?.length) throw new Error(`no cases ${list} in ${table}.json`)
  return cases
}

/** A whole table, for what stands beside its cases. */
export function table(name: string): Case {
  return read(name)
}

export function itemOf(id: string): Item {
  const item = edition.categories.flatMap(c => c.items).find(i => i.id === id)
  if (!item) throw new Error(`no item ${id}`)
  return item
}

export function unitsOf(given: Partial<Unit>[]): Unit[] {
  return given.map(unit => ({ id: '', kind: '', name: unit.id ?? '', sub: null, ...unit }))
}

export function limitOf(given: Partial<Limit>): Limit {
  return {
    ...{ q: 'q', op: '<=', u: '', v: null, by: null, table: null, role: null, judge: null, alt: null, tol_from: null },
    ...given,
  }
}

function read(name: string): Case {
  return JSON.parse(readFileSync(new URL(`${name}.json`, CASES), 'utf-8')) as Case
}
