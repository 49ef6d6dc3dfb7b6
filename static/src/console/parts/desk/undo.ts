/** Verdicts that are given but may still be taken back: pure functions over a list, the latest last. */
import type { Judgement } from '../evidence/types'

export const UNDO_MS = 10_000

export interface Held {
  /** The photo; of a whole contact sheet `sheet:<its id>`. */
  evidence: string
  /** Accepted together: what goes to the server is one act for all of them. */
  sheet?: { id: string; photos: string[] }
  visit: string | null
  judgement: Judgement
  since: number
}

/** A photo has one held verdict at most: a new one takes the place of the one that was not sent yet. */
export function hold(held: Held[], given: Held): Held[] {
  return [...without(held, given.evidence), given]
}

export function without(held: Held[], evidence: string): Held[] {
  return held.filter((one) => one.evidence !== evidence)
}

/** Takes back the latest; null when nothing can be taken back. */
export function undo(held: Held[]): { left: Held[]; taken: Held | null } {
  return { left: held.slice(0, -1), taken: held.at(-1) ?? null }
}

/** The photos that this verdict is about. */
export const photosOf = (one: Held): string[] => one.sheet?.photos ?? [one.evidence]

/** Those whose time to be taken back is over. */
export function due(held: Held[], now: number): Held[] {
  return held.filter((one) => now - one.since >= UNDO_MS)
}

/** Whole seconds in which the latest may still be taken back; 0 when there is none. */
export function secondsLeft(held: Held[], now: number): number {
  const latest = held.at(-1)
  return latest ? Math.max(0, Math.ceil((latest.since + UNDO_MS - now) / 1000)) : 0
}
