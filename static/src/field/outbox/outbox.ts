/** When the outbox runs: at opening, at coming back to the app, when a network appears, on a timer, and when asked. */
import { watch } from 'vue'
import { local } from '../local/person'
import { endLeftover, needsPassword, session } from '../session'
import { overTheNetwork } from '../wire'
import { overXhr } from './carrying'
import { originalsMayGo, restoreWifiChoice } from './network'
import { delayAfter, failuresAfter } from './pacing'
import { running } from './progress'
import type { Way } from './run'
import { runOutbox, runs, type Ended } from './runner'
import { forgetOld } from './forgetting'

let way: Way = { reach: overTheNetwork, carry: overXhr, originalsMayGo }
let timer: ReturnType<typeof setTimeout> | undefined
let going: Promise<void> | null = null
let ending = new AbortController()
let failures = 0
let started = false

/** Starts the outbox of this tab; call the result to stop it. */
export function startOutbox(given: Way = way): () => void {
  way = given
  started = true
  ending = new AbortController()
  void endLeftover(way.reach)
  void restoreWifiChoice()
  const stops = [
    watch([local, session], () => void flush(), { immediate: true }),
    listen(globalThis, 'online', () => { running.online = true; void endLeftover(way.reach); void flush(true) }),
    listen(globalThis, 'offline', () => { running.online = false }),
    listen(globalThis, 'focus', () => void flush()),
    listen(globalThis.document, 'visibilitychange', () => { if (document.visibilityState === 'visible') void flush() }),
  ]
  return () => {
    stops.forEach(stop => stop())
    clearTimeout(timer)
    ending.abort()
    started = false
  }
}

/** A person asked: at once, whatever the waiting time, and refused ones again. Resolves when the pass has ended. */
export async function tryNow(): Promise<void> {
  failures = 0
  if (going) {
    const run = local.value && runs.get(local.value)
    if (run) run.anew = true
    await going
  }
  return flush(true, true)
}

/** Something new was put into the outbox: its record goes ahead of the photos under way. Resolves when the pass has ended. */
export function sendSoon(): Promise<void> {
  if (!started) return Promise.resolve()
  const run = local.value && runs.get(local.value)
  if (!run) return flush(true)
  run.anew = true
  return going ?? Promise.resolve()
}

/** One pass, unless one is going on or waits for its time (`atOnce` does not wait). */
function flush(atOnce = false, insist = false): Promise<void> {
  if (going) return going
  if (!atOnce && running.nextTryAt !== null && Date.now() < running.nextTryAt) return Promise.resolve()
  going = onePass(insist).finally(() => { going = null })
  return going
}

async function onePass(insist: boolean): Promise<void> {
  const from = local.value
  if (!from || !session.value) return
  clearTimeout(timer)
  Object.assign(running, { running: true, nextTryAt: null })
  try {
    after(await runOutbox(from, way, { signal: ending.signal, insist }))
    await forgetOld(from)
  } catch (error) {
    after({ outcome: 'later', reached: true, moved: false, retryAfterMs: null })
    throw error // a fault of ours: seen by the window's error handler, and the outbox goes on at its time
  } finally {
    running.running = false
  }
}

function after(ended: Ended): void {
  if (ended.outcome !== 'taken') running.online = ended.reached || (navigator.onLine !== false && ended.outcome !== 'later')
  failures = failuresAfter(ended, failures)
  const delay = delayAfter(ended, failures, Math.random())
  running.nextTryAt = ended.outcome === 'settled' || ended.outcome === 'taken' ? null : Date.now() + delay
  if (ending.signal.aborted) return
  timer = setTimeout(() => void flush(true), delay)
}

/** The password was given: what waited for it need not wait any longer. */
watch(needsPassword, (needed, before) => { if (before && !needed) void flush(true) })

function listen(target: EventTarget | undefined, name: string, act: () => void): () => void {
  target?.addEventListener?.(name, act)
  return () => target?.removeEventListener?.(name, act)
}
