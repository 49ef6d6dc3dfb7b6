/** Loading one thing for a screen: its value, whether it is under way, and what went wrong in words. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { Problem, Unreachable } from '../shared/api/problem'
import { t } from '../shared/i18n'

export interface Loading<T> {
  value: ShallowRef<T | null>
  busy: Ref<boolean>
  failure: Ref<string | null>
  load: () => Promise<void>
}

/** `fetchIt` is called by `load()`, never by itself; an older answer never overwrites a newer one. */
export function useLoad<T>(fetchIt: () => Promise<T>): Loading<T> {
  const value = shallowRef<T | null>(null)
  const busy = ref(false)
  const failure = ref<string | null>(null)
  let latest = 0

  async function load() {
    const mine = ++latest
    busy.value = true
    failure.value = null
    try {
      const got = await fetchIt()
      if (mine === latest) value.value = got
    } catch (error) {
      if (mine === latest) failure.value = inWords(error)
    } finally {
      if (mine === latest) busy.value = false
    }
  }

  return { value, busy, failure, load }
}

/** What to tell a person about a failed call. A fault of our own program is thrown on. */
export function inWords(error: unknown): string {
  if (error instanceof Problem) return [error.message, ...(error.body.errors ?? []).map((f) => f.detail)].join(' ')
  if (error instanceof Unreachable) return t('common.unreachable')
  throw error
}
