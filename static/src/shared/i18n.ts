/** Two languages in one reactive word-book. Each app registers its own words; Chinese is the source. */
import { computed, ref } from 'vue'

export type Language = 'zh' | 'en'
export type Words = Record<string, string>

const KEPT = 'fieldapp-language'
const books: Record<Language, Words> = { zh: {}, en: {} }

export const language = ref<Language>(kept())
export const inEnglish = computed(() => language.value === 'en')

/** English that is fetched when somebody first wants it: a phone at the edge of the network need not wait for it. */
const later: (() => Promise<Words>)[] = []
/** Counts books that came in, so that what is shown already is shown anew. */
const arrived = ref(0)

export function addWords(words: { zh: Words; en: Words | (() => Promise<Words>) }): void {
  Object.assign(books.zh, words.zh)
  if (typeof words.en === 'function') later.push(words.en)
  else Object.assign(books.en, words.en)
}

/** The sentence named `key`, with `{name}` filled in. A missing English word falls back to Chinese, then to the key. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  void arrived.value
  const sentence = books[language.value][key] ?? books.zh[key] ?? key
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** Picks the language's side of a pair such as an item's {zh, en}. */
export function pick(pair: { zh: string; en?: string | null }): string {
  return inEnglish.value ? (pair.en ?? pair.zh) : pair.zh
}

/** Done when the words are there. Without them (no network, first time) the sentences stay Chinese. */
export async function speak(chosen: Language): Promise<void> {
  language.value = chosen
  globalThis.localStorage?.setItem(KEPT, chosen)
  if (globalThis.document) document.documentElement.lang = chosen === 'en' ? 'en' : 'zh-CN'
  if (chosen === 'en') await fetchEnglish()
}

async function fetchEnglish(): Promise<void> {
  const wanted = later.splice(0)
  const fetched = await Promise.allSettled(wanted.map((book) => book()))
  fetched.forEach((one, n) => (one.status === 'fulfilled' ? Object.assign(books.en, one.value) : later.push(wanted[n]!)))
  arrived.value += 1
}

function kept(): Language {
  return globalThis.localStorage?.getItem(KEPT) === 'en' ? 'en' : 'zh'
}
