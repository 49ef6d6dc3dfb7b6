/** A pair of photos as the server tells it; what the viewer may not see is null. */
import { t } from '../../../shared/i18n'

export const OUTCOMES = ['same_picture', 'same_scene', 'different'] as const
export type Outcome = (typeof OUTCOMES)[number]

export interface Side {
  id: string | null
  organisation: { id: string; name: string }
  project: { id: string; name: string } | null
  captured_at: string | null
  captured_by: { name: string } | null
}

export interface Resemblance {
  id: string
  across: boolean
  method: 'sha256' | 'pdq' | 'local'
  distance: number | null
  inliers: number | null
  correlation: number | null
  severity: 'high' | 'medium' | 'low'
  photo: Side
  earlier: Side
  review: { outcome: Outcome; words: string | null; at: string; by: { name: string } } | null
}

/** How the two were found to be alike, with the numbers behind it. */
export const found = (pair: Pick<Resemblance, 'method' | 'distance' | 'inliers' | 'correlation'>): string =>
  t(`reuse.method.${pair.method}`, { n: pair.distance ?? '', inliers: pair.inliers ?? '', correlation: pair.correlation ?? '' })
