/** Which card the hand is at: it stays open although all is said; the others fold when they are complete. */
import { inject, ref, type InjectionKey, type Ref } from 'vue'

export const AT_HAND: InjectionKey<Ref<string | null>> = Symbol('at hand')

export function useHand(): Ref<string | null> {
  return inject(AT_HAND, ref(null))
}

/** A glove taps twice: the second tap would answer the card that has just moved under it. */
const TWICE_MS = 350
let lastTap = 0

export function isSecondTap(now = Date.now()): boolean {
  const second = Math.abs(now - lastTap) < TWICE_MS // of a clock that was set back every tap would be a second one
  if (!second) lastTap = now
  return second
}
