/** A pair of photos as the server tells it; what the viewer may not see is null. */
import type { Schema } from '../../../shared/api/client'
import { t } from '../../../shared/i18n'

export const OUTCOMES = ['same_picture', 'same_scene', 'different'] as const
export type Outcome = (typeof OUTCOMES)[number]
export type Side = Schema<'ResemblanceSide'>
export type Resemblance = Schema<'Resemblance'>

/** How the two were found to be alike, with the numbers behind it. */
export const found = (pair: Pick<Resemblance, 'method' | 'distance' | 'inliers' | 'correlation'>): string =>
  t(`reuse.method.${pair.method}`, { n: pair.distance ?? '', inliers: pair.inliers ?? '', correlation: pair.correlation ?? '' })
