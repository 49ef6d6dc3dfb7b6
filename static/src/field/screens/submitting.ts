/** Handing a visit in from its own screen: fixed and signed on the phone, then on its way. */
import { ref } from 'vue'
import { useRouter } from 'vue-router'
import { finishDraft } from '../local/finishing'
import { sentenceOf } from '../trouble'

export function useSubmit(draftId: string) {
  const router = useRouter()
  const busy = ref(false)
  const trouble = ref<string | null>(null)

  async function submit(): Promise<void> {
    busy.value = true
    trouble.value = null
    try {
      await finishDraft(draftId)
      await router.replace('/outbox')
    } catch (error) {
      trouble.value = sentenceOf(error)
    } finally {
      busy.value = false
    }
  }

  return { busy, trouble, submit }
}
