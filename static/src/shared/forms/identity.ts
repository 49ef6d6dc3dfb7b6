/** Numbers that check themselves. Twin of fieldapp/checklists/forms/identity.py. Each gives its one spelling, or null. */
import { DAY_MS, FIRST_MS, END_MS } from './values'

const PERSON_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const PERSON_CHECK = '10X98765432'
const LETTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const ORGANISATION_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

/** 18 characters; an old number of 15 digits is written as its 18. */
export function personId(typed: string): string | null {
  let number = packed(typed).toUpperCase()
  if (/^[1-9][0-9]{14}$/.test(number)) {
    const longer = `${number.slice(0, 6)}19${number.slice(6)}`
    number = longer + personCheck(longer)
  }
  if (!/^[1-9][0-9]{16}[0-9X]$/.test(number) || personCheck(number) !== number[17]) return null
  return birthOf(number) === null ? null : number
}

/** Days since 1970-01-01; null where there is no such day. */
export function birthOf(number: string): number | null {
  return dayOf(`${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`)
}

export function sexOf(number: string): 'male' | 'female' {
  return Number(number[16]) % 2 ? 'male' : 'female'
}

export function organisationCode(typed: string): string | null {
  const code = packed(typed).toUpperCase()
  const values = [...code].map(letter => LETTERS.indexOf(letter))
  if (values.length !== 18 || values.includes(-1)) return null
  const total = ORGANISATION_WEIGHTS.reduce((sum, weight, n) => sum + weight * values[n]!, 0)
  return values[17] === (31 - (total % 31)) % 31 ? code : null
}

export function phone(typed: string): string | null {
  const number = packed(typed)
  return /^(1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?)$/.test(number) ? number : null
}

/** `2026-02-28` as days since 1970-01-01; null where there is no such day between 1900 and 2199. */
export function dayOf(text: string): number | null {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return null
  const ms = Date.parse(`${text}T00:00:00Z`)
  // Browsers disagree on 30 February: some roll over, some refuse.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text) return null
  return ms >= FIRST_MS && ms < END_MS ? ms / DAY_MS : null
}

function packed(typed: string): string {
  return typed.replace(/[ \t]+/g, '')
}

function personCheck(number: string): string {
  return PERSON_CHECK[PERSON_WEIGHTS.reduce((sum, weight, n) => sum + weight * Number(number[n]), 0) % 11]!
}
