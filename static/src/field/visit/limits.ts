/** Limits in words a thumb can read: `切断点/额定值 >100%，<110%`. */
import type { Item, Limit } from '../../shared/checklist/types'
import { t } from '../../shared/i18n'

const SIGNS: Record<Limit['op'], string> = { '<': '<', '<=': '≤', '>': '>', '>=': '≥' }

/** One line a reading: a reading may have two bounds, or a table that decides by its row. */
export interface ReadingLine {
  q: string
  u: string
  /** The first limit of this reading: what is typed is kept under its index. */
  limit: number
  bounds: string
  by: string | null
  rows: readonly string[]
  note: string | null
}

export function readingLines(item: Item): ReadingLine[] {
  const lines = new Map<string, ReadingLine>()
  item.limits.forEach((limit, index) => {
    const known = lines.get(limit.q)
    const words = boundWords(limit)
    if (known) known.bounds = [known.bounds, words].filter(Boolean).join('，')
    else {
      lines.set(limit.q, {
        q: limit.q, u: limit.u, limit: index, bounds: words, by: limit.by,
        rows: limit.table?.map(({ row }) => row) ?? [], note: limit.alt ?? limit.tol_from,
      })
    }
  })
  return [...lines.values()]
}

/** For the card's second line; empty where nothing is measured. */
export function limitsInShort(item: Item): string {
  return readingLines(item).map(({ q, bounds }) => (bounds ? `${q} ${bounds}` : q)).join('；')
}

function boundWords({ op, v, u, role }: Limit): string {
  if (v === null) return ''
  const bound = `${SIGNS[op]} ${v}${u}`
  // Such a bound judges nothing: it says from where on the duty exists.
  return role === 'applies' ? t('limit.applies', { bound }) : bound
}
