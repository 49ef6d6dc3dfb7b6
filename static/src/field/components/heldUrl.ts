import { onScopeDispose, ref, type Ref } from 'vue'

/**
 * An object URL for as long as its component is there; null where there is none. One that comes after it is let go of
 * as well: it would hold a decrypted photo in memory until the app is closed.
 */
export function heldUrl(made: () => Promise<string | null>): Ref<string | null> {
  const url = ref<string | null>(null)
  let left = false
  const drop = (one: string | null) => { if (one) URL.revokeObjectURL(one) }
  onScopeDispose(() => {
    left = true
    drop(url.value)
  })
  made().then((found) => { if (left) drop(found); else url.value = found }, () => {}) // the screen says that there is no picture
  return url
}
