/** One photo, video or paper as the API tells it: EvidenceView of the contract. */
import type { Schema } from '../../../shared/api/client'

export type Named = Schema<'Named'>
export type Verdict = Schema<'Verdict'>

/** What a judge says of one photo; `reason` and `follow_up` belong to a rejection. */
export interface Judgement {
  outcome: 'accepted' | 'rejected'
  reason?: string
  words?: string
  follow_up?: string
  seen_ms?: number
}
export type LedgerEntry = Schema<'LedgerEntry'>
export type Flag = Schema<'Flag'>
export type Exif = Schema<'Exif'>
export type EvidenceBytes = Schema<'EvidenceBytes'>
export type ViewingCopy = Schema<'ViewingCopy'>
export type Twin = Schema<'Twin'>
export type EvidenceView = Omit<Schema<'DeskPhoto'>, 'singly'>

/** What asks for a closer look at this photo; the other flags are notices of the place, and counted nowhere. */
export const clues = (flags: Flag[]): Flag[] => flags.filter((flag) => flag.clue)

export type Medium = 'photo' | 'video' | 'sound' | 'file'

const MEDIA: Record<string, Medium> = { image: 'photo', video: 'video', audio: 'sound' }

/** What it is, as the bytes say, or the record until they are read. */
export const mediumOf = ({ bytes }: EvidenceView): Medium => MEDIA[bytes.media_type.split('/')[0] ?? ''] ?? 'file'

/** A recorded statement that can be played. */
export const isSound = (view: EvidenceView): boolean => view.bytes.intake === 'accepted' && mediumOf(view) === 'sound'

/** Whether there is a copy to look at; without one nobody can accept, but for sound. */
export const isVisible = (view: EvidenceView): boolean => view.bytes.renditions.length > 0

/** Address of the smallest copy that is at least `side` pixels long, else of the largest; null when none is made. Of what was deleted a picture says so. */
export function renditionUrl(view: EvidenceView, side: number): string | null {
  // A browser that showed the photo before has it for some minutes more, under the address without a question.
  if (view.redaction) return `/api/evidence/${view.id}/renditions/${side}?redacted`
  const sides = [...view.bytes.renditions].sort((a, b) => a - b)
  const chosen = sides.find((one) => one >= side) ?? sides.at(-1)
  return chosen === undefined ? null : `/api/evidence/${view.id}/renditions/${chosen}`
}

/** What the surveyor drew on a copy of it; null where nothing was drawn, or there is no copy of that yet. */
export function annotatedUrl({ id, annotation }: EvidenceView): string | null {
  const largest = Math.max(0, ...(annotation?.renditions ?? []))
  return largest ? `/api/evidence/${id}/annotation/renditions/${largest}` : null
}
