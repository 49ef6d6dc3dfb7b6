/** Where the phone is, watched only while a visit is open. WGS-84, as the browser gives it. */
import { ref } from 'vue'
import { nowText } from './clock'
import type { Fix } from './types'

/** refused: the person or the system said no · unavailable: no receiver, or no signal yet and time ran out. */
export type PositionState = 'off' | 'waiting' | 'ready' | 'refused' | 'unavailable'

export const fix = ref<Fix | null>(null)
export const positionState = ref<PositionState>('off')

const EXACTLY: PositionOptions = { enableHighAccuracy: true, maximumAge: 0, timeout: 60_000 }

/** A better fix than a newer one is kept this long. */
const GOOD_FOR = 30_000

const LOOK_EVERY = 10_000

/** Of how many fixes since the watch began the best is taken. */
let seenFixes = 0

let watch: number | null = null
let looking: ReturnType<typeof setInterval> | undefined
let asked = false
let watchers = 0

/** Starts watching; call the result to stop. Several may watch at once. */
export function watchPosition(): () => void {
  watchers += 1
  if (watch === null) begin()
  let stopped = false
  return () => {
    if (stopped) return
    stopped = true
    watchers -= 1
    if (watchers === 0) end()
  }
}

/** The best fix with its age as of now; null while there is none. */
export function currentFix(now = Date.now()): Fix | null {
  const best = fix.value
  return best && { ...best, age_s: Math.max(0, Math.round((now - Date.parse(best.at)) / 100) / 10) }
}

export function fixesSeen(): number {
  return seenFixes
}

/** A newer fix wins unless the one there is sharper and still fresh. */
export function better(known: Fix | null, fresh: Fix): Fix {
  if (!known || fresh.accuracy_m <= known.accuracy_m) return fresh
  return Date.parse(fresh.at) - Date.parse(known.at) > GOOD_FOR ? fresh : known
}

function begin(): void {
  if (!navigator.geolocation) {
    positionState.value = 'unavailable'
    return
  }
  positionState.value = fix.value ? 'ready' : 'waiting'
  watch = navigator.geolocation.watchPosition(seen, failed, EXACTLY)
  looking = setInterval(askAnew, LOOK_EVERY)
}

/** A watch may say nothing of a phone that stands still: its photos would be placed by a fix that is minutes old. */
function askAnew(): void {
  const known = currentFix()
  if (!known || asked || known.age_s * 1000 < GOOD_FOR) return
  asked = true
  const over = () => { asked = false } // a failure changes nothing: the watch goes on, and the fix says how old it is
  navigator.geolocation.getCurrentPosition((found) => { over(); if (watch !== null) seen(found) }, over, EXACTLY)
}

function end(): void {
  if (watch !== null) navigator.geolocation.clearWatch(watch)
  clearInterval(looking)
  watch = null
  fix.value = null
  seenFixes = 0
  positionState.value = 'off'
}

function seen({ coords, timestamp }: GeolocationPosition): void {
  const at = Number.isFinite(timestamp) && timestamp > 0 ? new Date(timestamp).toISOString() : nowText()
  const fresh: Fix = {
    lon: coords.longitude, lat: coords.latitude, datum: 'WGS-84', accuracy_m: Math.round(coords.accuracy * 10) / 10,
    age_s: 0, at,
  }
  seenFixes += 1
  fix.value = better(fix.value, fresh)
  positionState.value = 'ready'
}

function failed(error: GeolocationPositionError): void {
  if (error.code === error.PERMISSION_DENIED) positionState.value = 'refused'
  else if (!fix.value) positionState.value = 'unavailable'
}
