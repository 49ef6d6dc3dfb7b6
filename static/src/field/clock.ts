/** How far the phone's clock stands from the server's. Times are never corrected: the offset travels beside them. */
import { ref } from 'vue'
import { fact, keepFact } from './local/keyring'
import { keptIfRoom } from './local/vault'

const SLOWEST = 10_000

/** Server time minus phone time in milliseconds; null while never measured. */
export const clockOffsetMs = ref<number | null>(null)

export async function restoreClock(): Promise<void> {
  clockOffsetMs.value ??= await fact<number>('clock')
}

/** A reply that took long says little about the time: it is left out. */
export async function observeServerTime(serverTime: string, askedAt: number, answeredAt: number): Promise<void> {
  const offset = Math.round(Date.parse(serverTime) - (askedAt + answeredAt) / 2)
  if (!Number.isFinite(offset) || answeredAt < askedAt || answeredAt - askedAt > SLOWEST) return
  clockOffsetMs.value = offset
  await keptIfRoom(keepFact('clock', offset))
}

/** A moment of the phone's clock as the server's would show it; as it is while that was never measured. */
export function byServer(moment: number): number {
  return moment + (clockOffsetMs.value ?? 0)
}

/** UTC with milliseconds, by the phone's own clock. */
export function nowText(): string {
  return new Date().toISOString()
}
