/** A list by key: the first page now, the next when asked for; filters live in the address. */
import { computed, ref, shallowRef, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { call, type Address, type Path, type Told } from '../shared/api/client'
import { inWords } from './load'

interface Page<T> {
  items: T[]
  next: string | null
  counts?: Record<string, number>
}

/** What a list's address answers a page of. */
export type Listed<P extends Path> = Told<P, 'GET'> extends { items: (infer T)[] } ? T : never

export function useList<P extends Path>(path: () => Address<P>): List<Listed<P>> {
  return listOf<Listed<P>>(path)
}

function listOf<T>(path: () => string) {
  const items = shallowRef<T[]>([])
  const next = ref<string | null>(null)
  /** How many are in each state, where the list says so. */
  const counts = shallowRef<Record<string, number>>({})
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
      counts.value = page.counts ?? {}
      ready.value = true
    } catch (error) {
      if (mine === latest) failure.value = inWords(error)
    } finally {
      if (mine === latest) busy.value = false
    }
  }

  return { items, next, counts, ready, busy, failure, load: () => fetchPage(null), more: () => fetchPage(next.value) }
}

export type List<T> = ReturnType<typeof listOf<T>>

function withAfter(path: string, after: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(after)}`
}

/** A filter that lives in the address; empty where it is not set. */
export function useFilter(): (name: string) => WritableComputedRef<string> {
  const route = useRoute()
  const router = useRouter()
  return (name) => computed({
    get: () => String(route.query[name] ?? ''),
    set: (value) => void router.replace({ query: { ...route.query, [name]: value || undefined } }),
  })
}

/** `?a=1&b=2` of the values that are set. */
export function query(values: Record<string, string | null | undefined>): string {
  const set = Object.entries(values).filter((pair): pair is [string, string] => Boolean(pair[1]))
  return set.length ? `?${new URLSearchParams(set).toString()}` : ''
}
