/** Giving one verdict, step by step: look, choose a reason, choose what follows. */
import { computed, ref } from 'vue'
import type { Mode } from '../desk/keys'
import type { Judgement } from './types'

export function useJudging(options: { followUps: () => boolean; give: (judgement: Judgement) => void }) {
  const mode = ref<Mode>('look')
  const reason = ref<string | null>(null)
  const follow = ref('re_shoot')
  const words = ref('')
  /** `other` says nothing by itself. */
  const wantsWords = computed(() => reason.value === 'other' && words.value.trim() === '')

  function reset() {
    mode.value = 'look'
    reason.value = null
    follow.value = 're_shoot'
    words.value = ''
  }

  function choose(code: string) {
    reason.value = code
    mode.value = 'follow'
  }

  const ask = () => (mode.value = 'reason')
  const followBy = (code: string) => (follow.value = code)
  const say = (text: string) => (words.value = text)

  function accept() {
    reset()
    options.give({ outcome: 'accepted' })
  }

  function reject() {
    if (!reason.value || wantsWords.value) return
    const said = words.value.trim()
    const given: Judgement = { outcome: 'rejected', reason: reason.value, ...(said ? { words: said } : {}) }
    const followed = options.followUps() ? { ...given, follow_up: follow.value } : given
    reset()
    options.give(followed)
  }

  return { mode, reason, follow, words, wantsWords, reset, ask, choose, followBy, say, accept, reject }
}

export type Judging = ReturnType<typeof useJudging>
