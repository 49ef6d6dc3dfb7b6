/** The next visit, fetched while the last photos of this one are judged, so that moving on does not wait. */
import { at, call, type Schema } from '../../../shared/api/client'

type DeskVisit = Schema<'DeskVisit'>

const FRESH_MS = 60_000

export const fetchVisit = (visit: string): Promise<DeskVisit> => call(at('/api/desk/visits/{visit_id}', { visit_id: visit }))

export function useAhead() {
  const kept = new Map<string, { since: number; got: Promise<DeskVisit> }>()

  /** Fetches it once. `then` hands over what came; a failure is told when the visit is opened. */
  function fetchAhead(visit: string, then: (got: DeskVisit) => void): void {
    if (kept.has(visit)) return
    const got = fetchVisit(visit)
    kept.set(visit, { since: Date.now(), got })
    got.then(then, () => kept.delete(visit))
  }

  /** What was fetched ahead, if it is fresh; each is used once. */
  function take(visit: string): Promise<DeskVisit> | null {
    const found = kept.get(visit)
    kept.delete(visit)
    return found && Date.now() - found.since < FRESH_MS ? found.got : null
  }

  return { fetchAhead, take }
}
