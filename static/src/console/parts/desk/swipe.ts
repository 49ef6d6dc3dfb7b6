/** A thumb's swipe over the photo: right accepts, left asks for the reason of a rejection. Pure but for the last. */
import { computed, ref } from 'vue'

export type Swipe = 'accept' | 'reject' | null

/** How far, of the picture's width, until letting go counts; a quick flick may be shorter. */
export const FAR = 0.35
export const FLICK = 0.12
/** Widths a second. */
export const QUICK = 1.2

export interface Drag {
  /** Of the picture's width, to the right positive. */
  across: number
  /** Of the same width: someone who scrolls moves more down than across. */
  down: number
  ms: number
}

export function swipeOf({ across, down, ms }: Drag): Swipe {
  const far = Math.abs(across)
  if (far < Math.abs(down) * 1.5) return null
  const quick = far >= FLICK && far / Math.max(1, ms) >= QUICK / 1000
  if (far < FAR && !quick) return null
  return across > 0 ? 'accept' : 'reject'
}

/** Follows one finger. `may` says whether a swipe means anything now: not while the photo is magnified. */
export function useSwipe(may: () => boolean, done: (swipe: Exclude<Swipe, null>) => void) {
  const start = ref<{ id: number; x: number; y: number; at: number; width: number } | null>(null)
  const across = ref(0)
  const down = ref(0)
  const drag = (): Drag => ({ across: across.value, down: down.value, ms: performance.now() - (start.value?.at ?? 0) })
  /** What letting go now would do, for the picture to say so. */
  const leaning = computed<Swipe>(() => (start.value && Math.abs(across.value) >= FAR ? swipeOf({ ...drag(), ms: 1e6 }) : null))

  function begin(event: PointerEvent) {
    if (event.pointerType !== 'touch' || !event.isPrimary || !may()) return
    const { width } = (event.currentTarget as HTMLElement).getBoundingClientRect()
    start.value = { id: event.pointerId, x: event.clientX, y: event.clientY, at: performance.now(), width }
  }

  function move(event: PointerEvent) {
    if (start.value?.id !== event.pointerId) return
    across.value = (event.clientX - start.value.x) / start.value.width
    down.value = (event.clientY - start.value.y) / start.value.width
  }

  function end(event: PointerEvent) {
    if (start.value?.id !== event.pointerId) return
    const swipe = event.type === 'pointerup' ? swipeOf(drag()) : null
    start.value = null
    across.value = down.value = 0
    if (swipe) done(swipe)
  }

  return { across, leaning, begin, move, end }
}
