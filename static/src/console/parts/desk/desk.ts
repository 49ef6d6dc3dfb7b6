/** What the desk has before it: the queue, the visit that is open, the photo that is looked at. The address says which. */
import { computed, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { at as addressOf, call, type Schema } from '../../../shared/api/client'
import { useLoad } from '../../load'
import type { EvidenceView, Verdict } from '../evidence/types'
import { fetchVisit, useAhead } from './ahead'

export const QUEUES = ['flagged', 'suspected_major', 're_shot', 'explained', 'blind', 'plain', 'all'] as const

export type DeskItem = Schema<'DeskItem'>
export type DeskQueue = Schema<'Desk'>
export type DeskVisit = Schema<'DeskVisit'>
export type DeskPhoto = Schema<'DeskPhoto'>

/** In the place of a photo's id in the address: the visit's contact sheet. */
export const SHEET = 'sheet'

/** Not judged yet, or explained by the surveyor since. */
export const waits = ({ verdict, explanations, redaction }: EvidenceView) => !redaction && (!verdict || explanations.some(({ at }) => at > verdict.at))

export function useDesk() {
  const route = useRoute()
  const router = useRouter()
  const name = computed(() => (QUEUES.find((one) => one === route.query.queue) ?? 'all') as string)
  const visitId = computed(() => (route.params.visit ? String(route.params.visit) : null))
  const queue = useLoad(() => call(addressOf('/api/desk', null, { queue: name.value, limit: 100 })))
  const ahead = useAhead()
  const opened = useLoad(() => ahead.take(visitId.value!) ?? fetchVisit(visitId.value!))
  const photos = shallowRef<DeskPhoto[]>([])
  const at = computed(() => Math.max(0, photos.value.findIndex((photo) => photo.id === route.params.evidence)))
  const photo = computed(() => photos.value[at.value] ?? null)
  const onSheet = computed(() => route.params.evidence === SHEET)
  const visits = computed(() => queue.value.value?.items ?? [])

  void queue.load()
  watch(name, toQueue)
  watch(visitId, (id) => {
    photos.value = []
    opened.value.value = null
    if (id) void opened.load()
  }, { immediate: true })
  watch(opened.value, (got) => {
    const all = got?.photos ?? []
    photos.value = name.value === 'blind' ? all.filter((one) => one.singly.includes('blind')) : all
    const first = photos.value.find((one) => waits(one) && one.singly.length) ?? photos.value.find(waits) ?? photos.value[0]
    if (first && !onSheet.value && !photos.value.some((one) => one.id === route.params.evidence)) show(first.id, true)
  })

  /** Another queue: what is open stays only where it stands in it, with the photos that it is about. */
  async function toQueue(asked: string) {
    await queue.load()
    if (asked !== name.value || !visitId.value) return
    if (visits.value.some((one) => one.visit_id === visitId.value)) void opened.load()
    else void router.replace({ path: '/desk', query: route.query })
  }

  const toVisit = (id: string) => router.push({ path: `/desk/visits/${id}`, query: route.query })

  /** A photo, or the SHEET, of the open visit unless another is named. */
  function show(evidence: string, quietly = false, visit: string | null = visitId.value) {
    const to = { path: `/desk/visits/${visit}/${evidence}`, query: route.query }
    return quietly ? router.replace(to) : router.push(to)
  }

  function step(by: number) {
    const next = photos.value[at.value + by]
    if (next) void show(next.id, true)
  }

  /** The visit so many places on in the queue; the first, where the open one has left the queue. */
  function neighbour(by: number): string | null {
    const here = visits.value.findIndex((one) => one.visit_id === visitId.value)
    return (here < 0 ? visits.value[0] : visits.value[here + by])?.visit_id ?? null
  }

  function stepVisit(by: number) {
    const next = neighbour(by)
    if (next) void toVisit(next)
  }

  /** The server's answer takes its place beside the others; a later one of the same party supersedes. */
  function enter(evidence: string, verdict: Verdict) {
    photos.value = photos.value.map((one) =>
      one.id === evidence ? { ...one, verdict, verdicts: [...one.verdicts.filter((v) => v.id !== verdict.id), verdict] } : one,
    )
    if (!queue.busy.value) void queue.load()
  }

  return { name, visitId, queue, opened, photos, photo, at, onSheet, visits, ahead, neighbour, toVisit, show, step, stepVisit, enter }
}
