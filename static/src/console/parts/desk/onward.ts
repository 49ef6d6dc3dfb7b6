/** Where a verdict leads: to the next photo that is judged singly, then to the contact sheet, then nowhere: it is done. */
import { computed, type ComputedRef } from 'vue'
import { SHEET, waits, type DeskPhoto, type useDesk } from './desk'
import { preload } from './preload'

const NEARLY = 3

/** What is left of a visit. `together`: accepts on sheets. Pure, over what waits. */
export function parted(waiting: DeskPhoto[], together: boolean) {
  const unremarkable = (one: DeskPhoto) => together && !one.singly.length && !one.verdict
  return { together: waiting.filter(unremarkable), singles: waiting.filter((one) => !unremarkable(one)) }
}

export function useOnward(desk: ReturnType<typeof useDesk>, held: ComputedRef<Map<string, string>>, quality: ComputedRef<boolean>) {
  const { photos, at, onSheet, visitId } = desk
  const waiting = computed(() => photos.value.filter((one) => waits(one) && !held.value.has(one.id)))
  const left = computed(() => parted(waiting.value, quality.value))
  const together = computed(() => left.value.together)
  const singles = computed(() => left.value.singles)
  const finished = computed(() => photos.value.length > 0 && waiting.value.length === 0)

  const toSheet = () => together.value.length && visitId.value && void desk.show(SHEET, true)

  function toSingle() {
    const next = singles.value[0] ?? photos.value[0]
    if (next) void desk.show(next.id, true)
  }

  /** `out`: taken out of the sheet, so judged singly. */
  function go(out: Set<string>) {
    const one = (photo: DeskPhoto) => singles.value.includes(photo) || out.has(photo.id)
    const here = onSheet.value ? -1 : at.value
    const order = [...photos.value.slice(here + 1), ...photos.value.slice(0, Math.max(0, here))]
    const next = order.find((photo) => waiting.value.includes(photo) && one(photo))
    if (next) void desk.show(next.id, true)
    else if (together.value.some((photo) => !out.has(photo.id))) toSheet()
    else if (onSheet.value) toSingle()
    if (waiting.value.length <= NEARLY) fetchNext()
  }

  function fetchNext() {
    const next = desk.neighbour(1)
    if (next) desk.ahead.fetchAhead(next, (got) => got.photos.filter((one) => waits(one) && one.singly.length).slice(0, 2).forEach(preload))
  }

  return { together, singles, finished, go, toSheet, toSingle }
}
