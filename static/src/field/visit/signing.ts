/** How the site's representative took the findings: a signature, or why there is none. */
import type { SiteSignature } from '../types'

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

/** What the last page still asks for: a signature, a reason, or a photo of the scene. */
export type Lacking = 'unsigned' | 'scene_missing'

export function lackingOf(signature: SiteSignature | null, captured: ReadonlySet<string>): Lacking | null {
  if (!signature) return 'unsigned'
  if (signature.evidenceId && captured.has(signature.evidenceId)) return null
  return signature.outcome === 'signed' ? 'unsigned' : 'scene_missing'
}
