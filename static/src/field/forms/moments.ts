/** Between an instant and what the phone's own picker shows: always the hour of Shanghai, wherever the phone thinks it is. */
const HOUR = 3_600_000
const AHEAD = 8 * HOUR

/** `2026-11-20T14:05` in Shanghai; empty where there is no instant. */
export function toPicker(instant: string): string {
  const ms = Date.parse(instant)
  return Number.isNaN(ms) ? '' : new Date(ms + AHEAD).toISOString().slice(0, 16)
}

/** The instant of a picked `2026-11-20T14:05`; null where nothing whole was picked. */
export function fromPicker(picked: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(picked)) return null
  return new Date(Date.parse(`${picked.slice(0, 16)}:00Z`) - AHEAD).toISOString()
}
