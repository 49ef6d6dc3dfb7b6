/** What cannot be had back wants a second tap, and a glove's double tap is none. */
import { ref } from 'vue'
import { isSecondTap } from '../visit/hand'

export function useSure<What extends string>() {
  /** What was tapped once: its button asks. */
  const asked = ref<What | null>(null)

  /** Whether this is the second tap on the same. */
  function sure(what: What): boolean {
    if (isSecondTap()) return false
    const again = asked.value === what
    asked.value = again ? null : what
    return again
  }

  return { asked, sure }
}
