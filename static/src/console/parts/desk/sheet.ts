/** A visit's contact sheet: which photos stand on it, which were taken out, for how long each was seen. */
import { computed, onBeforeUnmount, onMounted, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { at, call } from '../../../shared/api/client'
import { inWords } from '../../load'
import type { DeskPhoto } from './desk'
import { Dwell, SEEN_MS } from './dwell'

const TELL_MS = 1500

export function useSheet(visit: Ref<string | null>, photos: ComputedRef<DeskPhoto[]>, shown: ComputedRef<boolean>) {
  const id = ref<string | null>(null)
  const failure = ref<string | null>(null)
  const out = shallowRef(new Set<string>())
  const seen = shallowRef(new Map<string, number>())
  let dwell = new Dwell()
  let told = new Map<string, number>()
  /** What the server says may stand on it: not one's own captures, nor what was flagged meanwhile. */
  const allowed = shallowRef<Set<string> | null>(null)
  const standing = computed(() => photos.value.filter((photo) => !allowed.value || allowed.value.has(photo.id)))
  const on = computed(() => standing.value.filter((photo) => !out.value.has(photo.id)))
  const unseen = computed(() => on.value.filter((photo) => (seen.value.get(photo.id) ?? 0) < SEEN_MS))

  watch(visit, () => {
    id.value = failure.value = allowed.value = null
    out.value = new Set()
    seen.value = new Map()
    dwell = new Dwell()
    told = new Map()
  })
  watch([shown, visit], () => { if (shown.value && visit.value && !id.value) void open() }, { immediate: true })

  async function open() {
    failure.value = null
    const asked = visit.value!
    try {
      const sheet = await call(at('/api/desk/visits/{visit_id}/sheets', { visit_id: asked }), { method: 'POST', body: {} })
      if (asked !== visit.value) return
      id.value = sheet.id
      allowed.value = new Set(sheet.photos.map((photo) => photo.id))
      dwell = new Dwell() // the server counts from now on, so do we
      for (const photo of inView) dwell.enter(photo, performance.now())
    } catch (error) {
      failure.value = inWords(error)
    }
  }

  const inView = new Set<string>()

  /** The photo came into view, loaded, or left it. */
  function view(photo: string, visible: boolean) {
    if (visible) {
      inView.add(photo)
      dwell.enter(photo, performance.now())
    } else if (inView.delete(photo)) dwell.leave(photo, performance.now())
  }

  function tick() {
    if (!shown.value || !id.value) return
    const now = performance.now()
    seen.value = new Map(standing.value.map(({ id: photo }) => [photo, dwell.of(photo, now)]))
  }

  let telling: Promise<boolean> = Promise.resolve(true)

  /** Tells the server what was seen since it was last told. False when it was not reached, or refused. One word after the other. */
  function tell(): Promise<boolean> {
    telling = telling.then(tellOnce)
    return telling
  }

  async function tellOnce(): Promise<boolean> {
    tick()
    const fresh = [...seen.value].filter(([photo, ms]) => ms >= SEEN_MS && ms > (told.get(photo) ?? 0))
    if (!id.value || !fresh.length) return true
    const address = at('/api/desk/sheets/{sheet_id}/displays', { sheet_id: id.value })
    try {
      await call(address, { method: 'POST', body: { photos: fresh.map(([evidence_id, dwell_ms]) => ({ evidence_id, dwell_ms })) } })
      for (const [photo, ms] of fresh) told.set(photo, ms)
      failure.value = null
      return true
    } catch (error) {
      failure.value = inWords(error)
      return false
    }
  }

  /** Only what has newly been seen is told on the way; the last word comes with the acceptance. */
  function tellNew() {
    if ([...seen.value].some(([photo, ms]) => ms >= SEEN_MS && !told.has(photo))) void tell()
  }

  function toggleOut(photo: string) {
    const next = new Set(out.value)
    if (!next.delete(photo)) next.add(photo)
    out.value = next
  }

  const covered = () => (document.visibilityState === 'hidden' ? dwell.pause(performance.now()) : dwell.resume(performance.now()))
  let clocks: number[] = []
  onMounted(() => {
    clocks = [window.setInterval(tick, 200), window.setInterval(tellNew, TELL_MS)]
    document.addEventListener('visibilitychange', covered)
  })
  onBeforeUnmount(() => {
    clocks.forEach((clock) => window.clearInterval(clock))
    document.removeEventListener('visibilitychange', covered)
  })

  return { id, failure, out, seen, standing, on, unseen, view, tell, toggleOut, open }
}

export type Sheet = ReturnType<typeof useSheet>
