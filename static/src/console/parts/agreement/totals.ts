/** The sums above the table. */
import type { Schema } from '../../../shared/api/client'

export type SupervisorAgreement = Schema<'SupervisorAgreement'>

/** Below this many photos a share says little. */
export const FEW = 20

export function totals(items: Pick<SupervisorAgreement, 'judged' | 'agreed'>[]) {
  const judged = items.reduce((sum, one) => sum + one.judged, 0)
  const agreed = items.reduce((sum, one) => sum + one.agreed, 0)
  return { judged, agreed, percent: judged ? ((100 * agreed) / judged).toFixed(1) : null }
}
