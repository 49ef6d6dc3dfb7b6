/** Photos of this tab that were taken and are not kept yet, by draft: from the moment that the shutter is pressed. */
import { together } from '../locks'

const underWay = new Map<string, Set<Promise<unknown>>>()

/** `work` is waited for by whoever hands the draft in or updates the app, in this tab or another. */
export function waitedFor<T>(draftId: string, work: Promise<T>): Promise<T> {
  const others = underWay.get(draftId) ?? new Set()
  underWay.set(draftId, others.add(work))
  const over = () => {
    others.delete(work)
    if (!others.size && underWay.get(draftId) === others) underWay.delete(draftId)
  }
  work.then(over, over)
  together(`fieldapp-keeping-${draftId}`, () => work).catch(() => {}) // told to whoever took the photo
  return work
}

export function anyUnderWay(): boolean {
  return underWay.size > 0
}

/** Waits for what is being taken and kept of a draft: who left the camera at once may hand in before it. Throws what keeping it throws. */
export async function capturesKept(draftId: string): Promise<void> {
  const ends = await Promise.allSettled(underWay.get(draftId) ?? [])
  const failed = ends.find(end => end.status === 'rejected')
  if (failed) throw failed.reason
}
