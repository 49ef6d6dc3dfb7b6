/** A list by key: the first page now, the next when asked for; filters live in the address. */
import { ref, shallowRef } from 'vue'
import { call } from '../shared/api/client'
import { inWords } from './load'

interface Page<T> {
  items: T[]
  next: string | null
}

export function useList<T>(path: () => string) {
  const items = shallowRef<T[]>([])
  const next = ref<string | null>(null)
  const ready = ref(false)
  const busy = ref(false)
  const failure = ref<string | null>(null)
  let latest = 0

  async function fetchPage(after: string | null) {
    const mine = ++latest
    busy.value = true
    failure.value = null
    try {
      const page = await call<Page<T>>(after ? withAfter(path(), after) : path())
      if (mine !== latest) return
      items.value = after ? [...items.value, ...page.items] : page.items
      next.value = page.next
      ready.value = true
    } catch (error) {
      if (mine === latest) failure.value = inWords(error)
    } finally {
      if (mine === latest) busy.value = false
    }
  }

  return { items, next, ready, busy, failure, load: () => fetchPage(null), more: () => fetchPage(next.value) }
}

function withAfter(path: string, after: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(after)}`
}

/** `?a=1&b=2` of the values that are set. */
export function query(values: Record<string, string | null | undefined>): string {
  const set = Object.entries(values).filter((pair): pair is [string, string] => Boolean(pair[1]))
  return set.length ? `?${new URLSearchParams(set).toString()}` : ''
}
