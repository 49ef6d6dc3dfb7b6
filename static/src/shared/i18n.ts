/** Two languages in one reactive word-book. Each app registers its own words; Chinese is the source. */
import { computed, ref } from 'vue'

export type Language = 'zh' | 'en'
export type Words = Record<string, string>

const KEPT = 'fieldapp-language'
const books: Record<Language, Words> = { zh: {}, en: {} }

export const language = ref<Language>(kept())
export const inEnglish = computed(() => language.value === 'en')

export function addWords(words: Record<Language, Words>): void {
  Object.assign(books.zh, words.zh)
  Object.assign(books.en, words.en)
}

/** The sentence named `key`, with `{name}` filled in. A missing English word falls back to Chinese, then to the key. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  const sentence = books[language.value][key] ?? books.zh[key] ?? key
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** Picks the language's side of a pair such as an item's {zh, en}. */
export function pick(pair: { zh: string; en?: string | null }): string {
  return inEnglish.value ? (pair.en ?? pair.zh) : pair.zh
}

export function speak(chosen: Language): void {
  language.value = chosen
  globalThis.localStorage?.setItem(KEPT, chosen)
  if (globalThis.document) document.documentElement.lang = chosen === 'en' ? 'en' : 'zh-CN'
}

function kept(): Language {
  return globalThis.localStorage?.getItem(KEPT) === 'en' ? 'en' : 'zh'
}
