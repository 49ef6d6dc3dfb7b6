/** What an export holds, one entry a frame. Bytes follow the entry that announces them, in frames of their own. */
import type { Part } from '../local/database'
import type { Link } from '../local/chain'
import type { Parcel, SignedRecord } from '../outbox/parcel'
import type { Capture, Draft, Edition, VisitState } from '../types'
import { utf8 } from '../local/vault'

export type CaptureFacts = Omit<Capture, 'thumb'>

export type Entry =
  | { kind: 'head'; format: 1; what: 'everything' | 'draft'; person: { id: string; name: string }; organisation_id: string; made_at: string; app: string; visits: number }
  | { kind: 'edition'; digest: string; edition: Edition }
  | {
    kind: 'visit'; state: VisitState; draft: Draft; record: SignedRecord | null; parcel: Parcel | null; links: Link[]
    captures: { facts: CaptureFacts; removed: boolean }[]
  }
  | { kind: 'bytes'; captureId: string; part: Part | 'thumb'; size: number }
  | { kind: 'visit_end'; id: string }

const ENTRY = 1
const BYTES = 2

export function entryFrame(entry: Entry): Uint8Array<ArrayBuffer> {
  return marked(ENTRY, utf8(JSON.stringify(entry)))
}

export function bytesFrame(bytes: ArrayBuffer): Uint8Array<ArrayBuffer> {
  return marked(BYTES, new Uint8Array(bytes))
}

/** An entry, or bytes of the entry before it. */
export function opened(frame: Uint8Array<ArrayBuffer>): Entry | Uint8Array<ArrayBuffer> {
  const rest = frame.subarray(1)
  if (frame[0] === BYTES) return rest
  return JSON.parse(new TextDecoder().decode(rest)) as Entry
}

function marked(mark: number, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(bytes.length + 1)
  frame[0] = mark
  frame.set(bytes, 1)
  return frame
}
