/**
 * The links of a phone's chain: each is signed by the device and names the one before it. A photo that was taken out,
 * an unsafe answer that became another, a visit that was begun and never handed in: the chain tells.
 */
import { canonical, type Json } from '../shared/canonical'
import { sha256OfText } from './hashing'
import type { Device } from './device'
import type { PositionState } from './position'
import type { Fix } from './types'

interface OfVisit {
  subject: { kind: 'visit'; id: string }
}

export interface CaptureSaid extends OfVisit {
  kind: 'capture'
  evidence_id: string
  sha256: string
  size: number
  media_type: string
  task_id: string
  question: string | null
  shot: string
  captured_at: string
  nonce: string
  fix: Fix | null
  /** Why there is a fix or none, and of how many the best was taken. */
  position_state: PositionState
  fixes: number
  capture: 'live' | 'imported'
  /** Of a personal one: what it travels in. */
  envelope?: { sha256: string; size: number; key_id: string }
  /** Of what was drawn on a copy of a photo: that photo. */
  annotates?: string
}

/** What stood before and after: `suspected_major` and `general` are of a finding that stays. */
export type Softened = 'fail' | 'suspected_major' | 'general' | 'pass' | 'not_applicable' | 'not_inspected' | 'unanswered'

export type Said =
  | CaptureSaid
  | { kind: 'task_downloaded'; subject: { kind: 'task'; id: string }; task_id: string; nonce: string; at: string }
  | { kind: 'task_acknowledged'; subject: { kind: 'task'; id: string }; task_id: string; at: string }
  | (OfVisit & { kind: 'visit_started'; task_id: string; nonce: string; at: string })
  | (OfVisit & { kind: 'photo_removed'; evidence_id: string; sha256: string; at: string })
  | (OfVisit & {
    kind: 'answer_softened'; question: string; finding_id: string | null; from: Softened; to: Softened; answered_at: string; at: string
  })
  | (OfVisit & { kind: 'draft_handed_over' | 'draft_taken_back'; task_id: string; at: string })
  | (OfVisit & { kind: 'draft_received'; task_id: string; from_device: string; at: string })

export interface Place {
  /** 1 for the first. */
  position: number
  /** SHA-256 of the link before it; null for the first of all. */
  previous: string | null
  /** Server time minus phone time; null while never measured. */
  clock_offset_ms: number | null
}

export interface Seal {
  /** Canonical JSON, kept and sent exactly so. */
  text: string
  signature: string
  /** What the next link names as `previous`. */
  sha256: string
}

export async function sealed(device: Device, what: Said, place: Place): Promise<Seal> {
  const text = canonical({ format: 2, ...what, ...place, device_id: device.id } as unknown as Json)
  return { text, signature: await device.sign(text), sha256: await sha256OfText(text) }
}
