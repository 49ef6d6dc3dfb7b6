/**
 * Readings against limits: exact decimals, never floats; what cannot be read is said, never guessed.
 * Twin of fieldapp/checklists/limits.py.
 */
import type { Answer, Item, Limit, Op } from './types'

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
 * All limits of an item. readings: as typed, by `q`, one for every limit on it; rows: row picked, by `by`.
 * A limit with role applies never changes the verdict: it may concern a part of the item only.
 */
export function judgeItem(
  item: Item,
  readings: Readonly<Record<string, string>> = {},
  rows: Readonly<Record<string, string>> = {},
): ItemJudgement {
  const limits = item.limits.map((limit, index) => ({
    index,
    judgement: judge(limit, readings[limit.q], limit.by ? rows[limit.by] : null),
  }))
  const deciding = limits.filter(({ index }) => item.limits[index]?.role === null).map(j => j.judgement)
  return { verdict: verdictOf(deciding), limits }
}

/** 合格 said while a reading breaks a limit; null where answer and readings agree. */
export function contradiction(item: Item, answer: Answer): Contradiction | null {
  if (answer.value !== 'pass') return null
  const judged = judgeItem(item, answer.readings, answer.rows).limits
  const limits = judged.filter(j => j.judgement === 'violated').map(j => j.index)
  return limits.length ? { code: 'pass_violates_limit', limits } : null
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

function verdictOf(deciding: readonly Judgement[]): ItemJudgement['verdict'] {
  if (deciding.includes('violated')) return 'fail'
  return deciding.length && deciding.every(j => j === 'satisfied') ? 'pass' : 'person'
}
