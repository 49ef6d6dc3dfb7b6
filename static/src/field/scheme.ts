/** Light for the sun, dark for a shaft at night; `auto` follows the phone. */
import { ref } from 'vue'

export type Scheme = 'auto' | 'light' | 'dark'

const KEPT = 'fieldapp-scheme'

export const scheme = ref<Scheme>(kept())

export function chooseScheme(chosen: Scheme): void {
  scheme.value = chosen
  localStorage.setItem(KEPT, chosen)
  if (chosen === 'auto') delete document.documentElement.dataset.scheme
  else document.documentElement.dataset.scheme = chosen
}

function kept(): Scheme {
  const found = localStorage.getItem(KEPT)
  return found === 'light' || found === 'dark' ? found : 'auto'
}
