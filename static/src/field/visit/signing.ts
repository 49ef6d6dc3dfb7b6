/** How the site's representative took the findings: a signature, or why there is none. */
import type { DraftAnswer, SiteSignature } from '../types'

export type Outcome = SiteSignature['outcome']

export interface Said {
  name: string
  role: string
  reason: string
}

/**
 * What is kept of it. `proof`: the capture of the signature, or of the scene where nobody signed. Null while nothing
 * is said yet: no ink, or no reason.
 */
export function signatureOf(
  outcome: Outcome, said: Said, proof: string | null, before: SiteSignature | null, at: string,
): SiteSignature | null {
  const who = { name: said.name.trim() || null, role: said.role.trim() || null }
  if (outcome === 'signed') {
    if (proof) return { outcome, ...who, evidenceId: proof, reason: null, signedAt: at }
    return before?.outcome === 'signed' ? { ...before, ...who } : null
  }
  const reason = said.reason.trim()
  return reason ? { outcome, ...who, evidenceId: proof, reason, signedAt: at } : null
}

/** What the last page still asks for: a signature, one under what has changed since, a reason, or a photo of the scene. */
export type Lacking = 'unsigned' | 'signed_before' | 'scene_missing'

export function lackingOf(signature: SiteSignature | null, captured: ReadonlySet<string>, answers: readonly DraftAnswer[]): Lacking | null {
  if (!signature) return 'unsigned'
  const isThere = signature.evidenceId !== null && captured.has(signature.evidenceId)
  if (signature.outcome !== 'signed') return isThere ? null : 'scene_missing'
  if (!isThere) return 'unsigned'
  return answers.some(said => hasMoved(said, signature.signedAt)) ? 'signed_before' : null
}

/** A finding that came, went or was judged otherwise since: what was signed is another list. */
function hasMoved({ finding, answeredAt }: DraftAnswer, since: string): boolean {
  return finding !== null && Date.parse(answeredAt) > Date.parse(since)
}
