/** Moments as a phone's own date field writes them: Shanghai's wall clock, wherever the phone thinks it is. */

const WHOLE = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/
const SHANGHAI_MS = 8 * 3_600_000 // no summer time since 1991, and none planned

/** `2026-11-25T18:00` for `<input type="datetime-local">`. */
export function wallClock(at: string): string {
  return new Date(Date.parse(at) + SHANGHAI_MS).toISOString().slice(0, 16)
}

/** The instant of a wall clock; null where the field is empty or half filled. */
export function instantOf(wall: string): string | null {
  const at = WHOLE.test(wall) ? Date.parse(`${wall}:00Z`) : NaN
  return Number.isNaN(at) ? null : new Date(at - SHANGHAI_MS).toISOString()
}

/** What a date begins with when somebody picks one: three days on, at the end of the working day. */
export function threeDaysOn(now = Date.now()): string {
  return instantOf(`${new Date(now + SHANGHAI_MS + 3 * 86_400_000).toISOString().slice(0, 10)}T18:00`)!
}
