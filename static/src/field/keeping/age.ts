/** How long the oldest thing lies on this phone alone: browsers throw data away, phones get lost. */
import { computed } from 'vue'
import { drafts } from '../local/draftList'
import { sync } from '../outbox/progress'
import { storage } from '../storage'

const DAY = 86_400_000
const WARN_AFTER = 3
const ALARM_AFTER = 5
/** A day of ten visits. */
const LITTLE_ROOM = 1_200_000_000

export type Warning = { word: 'old' | 'very_old' | 'room'; days: number; bad: boolean }

/** Whole days since the oldest unsent visit was begun; 0 where nothing is unsent. Pure. */
export function daysUnsent(visits: readonly { state: string; startedAt: string; id: string }[], saved: ReadonlySet<string>, now: number): number {
  const begun = visits.filter(({ state, id }) => state !== 'done' && !saved.has(id)).map(({ startedAt }) => Date.parse(startedAt))
  return begun.length ? Math.max(0, Math.floor((now - Math.min(...begun)) / DAY)) : 0
}

/** The gravest first; null where all is well. Pure. */
export function warningOf(days: number, left: number | null): Warning | null {
  if (days >= ALARM_AFTER) return { word: 'very_old', days, bad: true }
  if (left !== null && left < LITTLE_ROOM) return { word: 'room', days, bad: true }
  return days >= WARN_AFTER ? { word: 'old', days, bad: false } : null
}

export const warning = computed(() => {
  const saved = new Set(sync.value.visits.filter(({ receiptAt }) => receiptAt).map(({ id }) => id))
  return warningOf(daysUnsent(drafts.value, saved, Date.now()), storage.left)
})
