/** How many notices this person has not seen: asked for while the page is looked at. */
import { ref } from 'vue'
import { at, call } from '../shared/api/client'
import { Problem, Unreachable } from '../shared/api/problem'

const EVERY_MS = 60_000

export const unseen = ref(0)

/** Call the result to stop. */
export function keepCounting(): () => void {
  const look = () => { if (document.visibilityState === 'visible') void count() }
  look()
  const timer = setInterval(look, EVERY_MS)
  document.addEventListener('visibilitychange', look)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', look)
  }
}

async function count(): Promise<void> {
  try {
    unseen.value = (await call(at('/api/notices', null, { limit: 1 }))).unseen
  } catch (error) {
    // Signed out, or no network: the number stays as it was, and the next look tells.
    if (!(error instanceof Problem) && !(error instanceof Unreachable)) throw error
  }
}
