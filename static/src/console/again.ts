/** What is under way is asked for again by itself, some seconds after each answer, for as long as its screen is open. */
import { onScopeDispose, watch } from 'vue'

export const ASKED_EVERY_MS = 3000

export function askAgain<T>(answer: () => T, isUnderWay: (answer: T) => boolean, ask: () => Promise<unknown>): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(answer, (now) => {
    clearTimeout(timer)
    if (isUnderWay(now)) timer = setTimeout(() => void ask(), ASKED_EVERY_MS)
  }, { immediate: true })
  onScopeDispose(() => clearTimeout(timer))
}
