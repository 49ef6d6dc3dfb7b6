/** How long the outbox waits before it tries again. Pure. */
import type { Ended } from './runner'

const SECOND = 1000
const MINUTE = 60 * SECOND
/** A portal may ask for a day, and a timer of a month is one of no time at all. */
const LONGEST_ASKED = 60 * MINUTE

/** Passes in a row that did not settle. One in which something arrived begins the count anew: a weak network fails often, and is no dead one. */
export function failuresAfter({ outcome, moved }: Ended, before: number): number {
  if (outcome === 'settled' || outcome === 'taken') return 0
  return moved ? 1 : before + 1
}

/** Milliseconds. `failures`: as `failuresAfter` counts them; `chance`: 0 to 1, so that phones do not come all at once. */
export function delayAfter({ outcome, retryAfterMs }: Ended, failures: number, chance: number): number {
  if (outcome === 'settled') return 10 * MINUTE // another tab or the server may have news
  if (outcome === 'taken') return 20 * SECOND
  const first = outcome === 'checking' ? 1.5 * SECOND : 4 * SECOND
  const grown = Math.min(first * 2 ** Math.min(failures - 1, 12), outcome === 'checking' ? MINUTE : 10 * MINUTE)
  return Math.max(Math.min(retryAfterMs ?? 0, LONGEST_ASKED), Math.round(grown * (0.75 + chance / 2)))
}
