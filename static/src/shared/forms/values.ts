/** What an expression can give. Twin of fieldapp/checklists/language/values.py: the same bounds, the same exactness. */

export type Value =
  | null
  | boolean
  | string
  | { kind: 'number'; units: bigint; scale: number }
  | { kind: 'date'; days: number }
  | { kind: 'time'; ms: number }
  | { kind: 'duration'; ms: number }

export type Kind = 'boolean' | 'text' | 'number' | 'date' | 'time' | 'duration'

type Exact = { kind: 'number'; units: bigint; scale: number }

export const DAY_MS = 86_400_000
export const FIRST_MS = Date.UTC(1900, 0, 1)
export const END_MS = Date.UTC(2200, 0, 1)
export const LONGEST_MS = 36_525 * DAY_MS
const LARGEST = 10n ** 18n
const FINEST = 12

export function kindOf(value: Value): Kind | null {
  if (value === null) return null
  if (typeof value === 'boolean') return 'boolean'
  return typeof value === 'string' ? 'text' : value.kind
}

/** `12.50` as an exact number. The text must be digits with at most one point, a minus before them if need be. */
export function exact(text: string): Value {
  const [whole, part = ''] = text.split('.')
  return bounded(BigInt(whole! + part), part.length)
}

export function plus(left: Value, right: Value): Value {
  const [a, b] = [kindOf(left), kindOf(right)]
  if (a === 'number' && b === 'number') return added(left as Exact, right as Exact)
  if (a === 'duration' && b === 'duration') return duration(ms(left) + ms(right))
  if (b === 'duration') return moved(left, ms(right))
  return a === 'duration' ? moved(right, ms(left)) : null
}

export function minus(left: Value, right: Value): Value {
  const [a, b] = [kindOf(left), kindOf(right)]
  if (a === 'time' && b === 'time') return duration(ms(left) - ms(right))
  if (a === 'date' && b === 'date') return duration((days(left) - days(right)) * DAY_MS)
  if (b !== 'number' && b !== 'duration') return null
  return (a === 'number') === (b === 'number') ? plus(left, negative(right)) : null
}

export function times(left: Value, right: Value): Value {
  if (kindOf(left) !== 'number' || kindOf(right) !== 'number') return null
  const [a, b] = [left as Exact, right as Exact]
  return bounded(a.units * b.units, a.scale + b.scale)
}

export function negative(value: Value): Value {
  if (value === null || typeof value !== 'object') return null
  if (value.kind === 'number') return { ...value, units: -value.units }
  return value.kind === 'duration' ? { kind: 'duration', ms: 0 - value.ms } : null
}

/** Null where a side is not known or the sides are of different kinds. */
export function compare(op: string, left: Value, right: Value): boolean | null {
  const kind = kindOf(left)
  if (kind === null || kind !== kindOf(right)) return null
  const ordered = kind !== 'text' && kind !== 'boolean'
  if (!ordered) return op === '=' ? left === right : op === '!=' ? left !== right : null
  const order = orderOf(left as Exclude<Value, null | boolean | string>, right as never)
  switch (op) {
    case '=': return order === 0
    case '!=': return order !== 0
    case '<': return order < 0
    case '<=': return order <= 0
    case '>': return order > 0
    default: return order >= 0
  }
}

/** `1500`, `-0.25`: digits and at most one point. */
export function spelled({ units, scale }: Exact): string {
  if (scale === 0) return units.toString()
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0')
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

function orderOf(left: Exclude<Value, null | boolean | string>, right: Exclude<Value, null | boolean | string>): number {
  if (left.kind === 'number') {
    const other = right as Exact
    const scale = Math.max(left.scale, other.scale)
    const difference = scaled(left, scale) - scaled(other, scale)
    return difference < 0n ? -1 : difference > 0n ? 1 : 0
  }
  return left.kind === 'date' ? left.days - days(right) : left.ms - ms(right)
}

function added(left: Exact, right: Exact): Value {
  const scale = Math.max(left.scale, right.scale)
  return bounded(scaled(left, scale) + scaled(right, scale), scale)
}

function scaled({ units, scale }: Exact, to: number): bigint {
  return units * 10n ** BigInt(to - scale)
}

/** Without zeros at its end; null when it is too large or too fine. */
function bounded(given: bigint, digits: number): Value {
  let [units, scale] = [given, digits]
  while (scale > 0 && units % 10n === 0n) [units, scale] = [units / 10n, scale - 1]
  const size = units < 0n ? -units : units
  return scale > FINEST || size >= LARGEST * 10n ** BigInt(scale) ? null : { kind: 'number', units, scale }
}

function duration(length: number): Value {
  return Math.abs(length) <= LONGEST_MS ? { kind: 'duration', ms: length } : null
}

function moved(start: Value, by: number): Value {
  if (kindOf(start) === 'time') {
    const at = ms(start) + by
    return at >= FIRST_MS && at < END_MS ? { kind: 'time', ms: at } : null
  }
  // A day and a half after a day is no day.
  if (kindOf(start) !== 'date' || by % DAY_MS !== 0) return null
  const day = days(start) + by / DAY_MS
  return day * DAY_MS >= FIRST_MS && day * DAY_MS < END_MS ? { kind: 'date', days: day } : null
}

function ms(value: Value): number {
  return (value as { ms: number }).ms
}

function days(value: Value): number {
  return (value as { days: number }).days
}
