/** A photo in words: what it shows, what happened to it. */
import { bytes } from '../../../shared/format'
import { pick, t } from '../../../shared/i18n'
import { shotWord } from '../../trade'
import { mediumOf, type EvidenceView, type LedgerEntry } from './types'

/** `1#塔机 · 起重量限制器 · 近景` */
export function caption(view: EvidenceView): string {
  return [view.unit?.name, view.item && pick(view.item), shotWord(view.shot)].filter(Boolean).join(' · ')
}

/** `连拍 3 张，第 2 张`; empty for a shot that stands alone. */
export function burstWord({ id, burst }: EvidenceView): string {
  return burst.length ? t('burst.nth', { n: burst.length, k: burst.indexOf(id) + 1 }) : ''
}

/** `录音 · WEBM · 1.2 MB · 0:42`, `照片 · JPEG · 3.1 MB · 4032 × 3024` */
export function fileWords(view: EvidenceView): string {
  const { media_type, size, width, height, duration_ms } = view.bytes
  const format = (media_type.split('/')[1] ?? '').split(';')[0]!.toUpperCase()
  return [t(`medium.${mediumOf(view)}`), format, bytes(size), width && `${width} × ${height}`, duration_ms && clock(duration_ms)].filter(Boolean).join(' · ')
}

/** `2:05` */
function clock(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** What an entry of the ledger says happened; an act without a sentence of its own is named as it is. */
export function happened(entry: LedgerEntry): string {
  for (const key of [`act.${entry.table}.${entry.act}`, `act.${entry.act}`]) {
    const words = t(key)
    if (words !== key) return words
  }
  return `${entry.table} · ${entry.act}`
}

export function actor(entry: LedgerEntry): string {
  return entry.actor.name ?? t(`actor.${entry.actor.kind}`)
}
