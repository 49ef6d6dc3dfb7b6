/** Fetches the next two photos while the person looks at this one, so that J shows them at once. */
import { watch, type Ref } from 'vue'
import { renditionUrl, type EvidenceView } from '../evidence/types'

const AHEAD = 2

export function usePreload(photos: Ref<EvidenceView[]>, at: Ref<number>): void {
  const fetched = new Map<string, HTMLImageElement>()
  watch([photos, at], () => {
    for (const photo of photos.value.slice(at.value + 1, at.value + 1 + AHEAD)) {
      const url = renditionUrl(photo, 1600)
      if (!url || fetched.has(url)) continue
      const picture = new Image()
      picture.src = url
      fetched.set(url, picture)
    }
  })
}
