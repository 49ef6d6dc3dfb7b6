/**
 * Readings against limits: exact decimals, never floats; what cannot be read is said, never guessed.
 * Twin of fieldapp/checklists/limits.py.
 */
import type { Answer, Item, Limit, Op, Reading } from './types'

/**
 * satisfied, violated: the reading decides. person: a person decides. applies, does_not_apply: whether the duty
 * exists. unread: nothing typed. unreadable: not a plain number. row_missing: the table's question is not answered.
 */
export type Judgement =
  | 'satisfied' | 'violated' | 'person' | 'applies' | 'does_not_apply' | 'unread' | 'unreadable' | 'row_missing'

export interface Judged {
  /** Index into the item's limits. */
  index: number
  judgement: Judgement
  /** Only where a person decides. */
  person_says: 'pass' | 'fail' | null
}

/** `fail` where any limit is violated, `pass` where all that judge are satisfied, else for a person. */
export interface ItemJudgement {
  verdict: 'pass' | 'fail' | 'person'
  limits: Judged[]
}

/** The answer says one thing and a reading another. `limits`: indices into the item's limits. */
export interface Contradiction {
  code: 'pass_violates_limit'
  limits: number[]
}

const NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)$/
const SPACES_AROUND = /^[ \t\r\n\u00a0\u3000]+|[ \t\r\n\u00a0\u3000]+$/g

/** One reading as typed, with the row picked where the limit has a table. A row the table lacks is for a person. */
export function judge(limit: Limit, reading: string | null | undefined, row?: string | null): Judgement {
  if (normalise(reading, limit.u) === '') return 'unread'
  if (limit.table && !row) return 'row_missing'
  const bound = boundOf(limit, row)
  const value = decimalOf(reading, limit.u, bound !== null && compare(bound, '0') <= 0)
  if (value === null) return 'unreadable'
  if (bound === null || limit.judge === 'person') return 'person'
  const kept = keeps(value, limit.op, bound)
  if (limit.role === 'applies') return kept ? 'applies' : 'does_not_apply'
  return kept ? 'satisfied' : 'violated'
}

/**
 * All limits of an item. One reading serves every limit on the same `q`, one row every table with the same `by`.
 * A limit with role applies never changes the verdict: it may concern a part of the item only. Where a person
 * decides, the verdict follows what the person said.
 */
export function judgeItem(item: Item, readings: readonly Reading[] = []): ItemJudgement {
  const limits = item.limits.map((limit, index) => judged(item, limit, index, readings))
  return { verdict: verdictOf(limits.filter(({ index }) => item.limits[index]?.role === null)), limits }
}

/** 合格 said while a reading breaks a limit; null where answer and readings agree. */
export function contradiction(item: Item, answer: Answer): Contradiction | null {
  if (answer.value !== 'pass') return null
  const limits = judgeItem(item, answer.readings).limits.filter(breaks).map(j => j.index)
  return limits.length ? { code: 'pass_violates_limit', limits } : null
}

/** Violated, or said to be by the person who decides. */
export function breaks({ judgement, person_says }: Judged): boolean {
  return judgement === 'violated' || (judgement === 'person' && person_says === 'fail')
}

function keepsTo({ judgement, person_says }: Judged): boolean {
  return judgement === 'satisfied' || (judgement === 'person' && person_says === 'pass')
}

/** The bound as a decimal string; null where the table has no such row. */
export function boundOf(limit: Limit, row?: string | null): string | null {
  if (!limit.table) return limit.v
  return limit.table.find(entry => entry.row === row)?.v ?? null
}

/**
 * The number a person typed as a plain decimal string, or null. A comma is refused: 12,5 and 1,200 mean different
 * things to different people. A minus sign is refused unless `signed`: a length below zero is a slip, and would
 * satisfy every upper bound.
 */
export function decimalOf(reading: string | null | undefined, u = '', signed = false): string | null {
  const text = normalise(reading, u)
  return NUMBER.test(text) && (signed || !text.startsWith('-')) ? text : null
}

/** Half-width, without the spaces around it and without the limit's own unit behind it. */
export function normalise(reading: string | null | undefined, u = ''): string {
  const text = (reading ?? '')
    .replace(/[\uff01-\uff5e]/g, wide => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/\u3002/g, '.') // the full stop of a Chinese keyboard
    .replace(/\u2212/g, '-')
    .replace(SPACES_AROUND, '')
  return u && text.endsWith(u) ? text.slice(0, -u.length).replace(SPACES_AROUND, '') : text
}

/** Nothing but spaces: the same ones on the phone and on the server. */
export function isBlank(text: string | null | undefined): boolean {
  return normalise(text) === ''
}

/** Two decimal strings, exactly: below, at or above zero as a is below, equal to or above b. */
export function compare(a: string, b: string): number {
  const places = Math.max(fractionOf(a).length, fractionOf(b).length)
  const difference = scaled(a, places) - scaled(b, places)
  return difference < BigInt(0) ? -1 : difference > BigInt(0) ? 1 : 0
}

function keeps(value: string, op: Op, bound: string): boolean {
  const order = compare(value, bound)
  switch (op) {
    case '<': return order < 0
    case '<=': return order <= 0
    case '>': return order > 0
    case '>=': return order >= 0
  }
}

function scaled(text: string, places: number): bigint {
  const whole = text.replace(/^[+-]/, '').split('.')[0] ?? ''
  const digits = BigInt(`${whole}${fractionOf(text).padEnd(places, '0')}` || '0')
  return text.startsWith('-') ? -digits : digits
}

function fractionOf(text: string): string {
  return text.split('.')[1] ?? ''
}

function judged(item: Item, limit: Limit, index: number, readings: readonly Reading[]): Judged {
  const ownFirst = [...readings.filter(r => r.limit === index), ...readings]
  const mine = ownFirst.find(r => item.limits[r.limit]?.q === limit.q)
  const row = limit.by ? ownFirst.find(r => r.row && item.limits[r.limit]?.by === limit.by)?.row : null
  const judgement = judge(limit, mine?.value, row)
  return { index, judgement, person_says: judgement === 'person' ? mine?.person_says ?? null : null }
}

function verdictOf(deciding: readonly Judged[]): ItemJudgement['verdict'] {
  if (deciding.some(breaks)) return 'fail'
  return deciding.length && deciding.every(keepsTo) ? 'pass' : 'person'
}
