/** A video's viewing copy: where it stands now, asked again by itself while it is being made. */
import { computed, ref, shallowRef } from 'vue'
import { at, call } from '../../../shared/api/client'
import { askAgain } from '../../again'
import { inWords } from '../../load'
import type { EvidenceView, ViewingCopy } from './types'

export function useViewing(view: () => EvidenceView) {
  const later = shallowRef<{ id: string; copy: ViewingCopy } | null>(null)
  const failure = ref<string | null>(null)
  const copy = computed(() => (later.value?.id === view().id ? later.value.copy : view().bytes.viewing))

  async function look() {
    const { id } = view()
    try {
      const now = await call(at('/api/evidence/{evidence_id}', { evidence_id: id }))
      if (now.bytes.viewing) later.value = { id, copy: now.bytes.viewing }
      failure.value = null
    } catch (error) {
      failure.value = inWords(error)
    }
  }

  async function again() {
    try {
      await call(at('/api/evidence/{evidence_id}/viewing-copies', { evidence_id: view().id }), { method: 'POST' })
      await look()
    } catch (error) {
      failure.value = inWords(error)
    }
  }

  askAgain(() => copy.value, (now) => now?.state === 'waiting' || now?.state === 'making', look)

  return { copy, failure, look, again }
}
