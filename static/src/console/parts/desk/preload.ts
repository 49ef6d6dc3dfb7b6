/** Fetches and decodes the next photos while the person looks at this one, so that a verdict shows the next at once. */
import { watch, type Ref } from 'vue'
import { renditionUrl } from '../evidence/types'
import { waits, type DeskPhoto } from './desk'

const AHEAD = 3
/** Decoded pictures are large: no more than these are held. */
const HELD = 12

const fetched = new Map<string, HTMLImageElement>()

/** The copy that the stage will show, and the one beside it. */
export function preload(photo: DeskPhoto): void {
  const twin = photo.twins[0]
  for (const url of [renditionUrl(photo, 1600), twin && `/api/evidence/${twin.id}/renditions/1600`]) if (url) fetchPicture(url)
}

function fetchPicture(url: string): void {
  if (fetched.has(url)) return
  const picture = new Image()
  picture.src = url
  fetched.set(url, picture)
  // What cannot be decoded now says so on the stage, with a button to try again.
  picture.decode().catch(() => fetched.delete(url))
  for (const oldest of [...fetched.keys()].slice(0, -HELD)) fetched.delete(oldest)
}

/** What comes after this photo: those that wait for a verdict first, as a verdict leads there, then its neighbour. */
export function upcoming(photos: DeskPhoto[], at: number): DeskPhoto[] {
  const rest = photos.slice(at + 1)
  return [...new Set([...rest.filter((one) => waits(one) && one.singly.length).slice(0, AHEAD), ...rest.slice(0, 1)])]
}

export function usePreload(photos: Ref<DeskPhoto[]>, at: Ref<number>): void {
  watch([photos, at], () => upcoming(photos.value, at.value).forEach(preload), { immediate: true })
}
