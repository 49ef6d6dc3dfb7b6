/**
 * The seal of a capture: what it is, where and when it was taken and what was sealed before it, signed by the device.
 * A photo taken out later leaves a gap in the chain that anybody can see.
 */
import { canonical, type Json } from '../shared/canonical'
import { sha256OfText } from './hashing'
import type { Device } from './device'
import type { Fix } from './types'

export interface Sealing {
  evidence_id: string
  sha256: string
  size: number
  media_type: string
  /** The visit that it is evidence of. */
  subject: { kind: 'visit'; id: string }
  task_id: string
  question: string | null
  shot: string
  captured_at: string
  /** Server time minus phone time; null while never measured. */
  clock_offset_ms: number | null
  nonce: string
  fix: Fix | null
  capture: 'live' | 'imported'
  device_id: string
  /** SHA-256 of the device's last seal text; null for its first. */
  previous: string | null
}

export interface Seal {
  /** Canonical JSON, kept and sent exactly so. */
  text: string
  signature: string
  /** What the next seal names as `previous`. */
  sha256: string
}

export async function sealed(device: Device, what: Omit<Sealing, 'device_id'>): Promise<Seal> {
  const text = canonical({ format: 1, ...what, device_id: device.id } as unknown as Json)
  return { text, signature: await device.sign(text), sha256: sha256OfText(text) }
}
