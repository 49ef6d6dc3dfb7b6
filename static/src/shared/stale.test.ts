import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { reopenWhenStale } from './stale'

/** The browser around a page: what it listens to, what its tab keeps, how often it was opened again. */
const page: { kept: Map<string, string>; opened: number; failed?: (event: Event) => void } = { kept: new Map(), opened: 0 }

beforeEach(() => {
  Object.assign(page, { kept: new Map(), opened: 0 })
  vi.useFakeTimers({ now: Date.parse('2026-11-22T08:00:00Z') })
  vi.stubGlobal('addEventListener', (kind: string, heard: (event: Event) => void) => { if (kind === 'vite:preloadError') page.failed = heard })
  vi.stubGlobal('sessionStorage', { getItem: (name: string) => page.kept.get(name) ?? null, setItem: (name: string, text: string) => page.kept.set(name, text) })
  vi.stubGlobal('location', { reload: () => { page.opened += 1 } })
  reopenWhenStale()
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A part is asked for that is gone; whether whoever asked is left to say so. */
function miss(): boolean {
  const event = new Event('vite:preloadError', { cancelable: true })
  page.failed!(event)
  return !event.defaultPrevented
}

it('opens the page again when a part of it is gone, instead of failing', () => {
  expect(miss()).toBe(false)
  expect(page.opened).toBe(1)
})

it('does not go round in circles where opening again did not help', () => {
  miss()
  vi.advanceTimersByTime(5_000)

  expect(miss()).toBe(true)
  expect(page.opened).toBe(1)
})

it('opens again after the next update', () => {
  miss()
  vi.advanceTimersByTime(31_000)

  expect(miss()).toBe(false)
  expect(page.opened).toBe(2)
})
