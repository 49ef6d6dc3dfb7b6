/** A photo in words: what it shows, what happened to it. */
import { pick, t } from '../../../shared/i18n'
import { shotWord } from '../../trade'
import type { EvidenceView, LedgerEntry } from './types'

/** `1#塔机 · 起重量限制器 · 近景` */
export function caption(view: EvidenceView): string {
  return [view.unit?.name, view.item && pick(view.item), shotWord(view.shot)].filter(Boolean).join(' · ')
}

/** `连拍 3 张，第 2 张`; empty for a shot that stands alone. */
export function burstWord({ id, burst }: EvidenceView): string {
  return burst.length ? t('burst.nth', { n: burst.length, k: burst.indexOf(id) + 1 }) : ''
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
