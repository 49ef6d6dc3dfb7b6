/** From a figure to what it stands on: rule, arithmetic, basis, verdicts, photos, ledger. Pure; sentences are named, not worded. */
import type { FormItem, Ground, ItemScore, Line, Sheet } from './types'

export interface Sentence {
  word: string
  values?: Record<string, string | number>
}

export interface Chain {
  /** The rule's own words, as printed. */
  rule: string[]
  source: Sentence | null
  method: Sentence[]
  words: { text: string; by: string | null; at: string | null } | null
  lines: Line[]
  grounds: Ground[]
  /** What to say where nothing stands behind the figure but its rule. */
  none: string
  /** Rows whose ledger entries prove this, as table/row. */
  ledger: string[]
}

export interface ChainPhoto {
  id: string
  thumb_url: string
  title: string
  shot: string
  at: string
  sha256: string | null
  stands: boolean
  /** Whose it is, where a finding sets one side's beside the other's. */
  side: 'authority' | 'insurer' | null
}

/** The photos under these grounds, each once: judged ones, and both sides' at an authority's finding. */
export function photosOf(grounds: Ground[]): ChainPhoto[] {
  const photos = grounds.flatMap((ground): ChainPhoto[] => {
    if (ground.evidence_id) {
      const { thumb_url = '', shot = '', captured_at, sha256 = null, stands } = ground
      return [{ id: ground.evidence_id, thumb_url, title: ground.project?.name ?? '', shot, at: captured_at ?? ground.at, sha256, stands, side: null }]
    }
    const { finding, stands } = ground
    if (!finding) return []
    const said = { title: finding.project.name, sha256: null, stands }
    const { photos: insurers, answered_at } = finding.insurer_answer
    return [
      ...finding.photos.map(({ id, thumb_url, shot, captured_at: at }) => ({ ...said, id, thumb_url, shot, at, side: 'authority' as const })),
      ...insurers.map(({ id, thumb_url, shot }) => ({ ...said, id, thumb_url, shot, at: answered_at, side: 'insurer' as const })),
    ]
  })
  return [...new Map(photos.map((photo) => [photo.id, photo])).values()]
}

/** An item of an opinion form. `sheet` adds what it is worth in the year's total and the grounds of its lines. */
export function chainOfGrade(item: FormItem, part: string, sheet: Sheet | null): Chain {
  const grounds = [...item.grounds, ...groundsOf(item.lines, sheet)]
  return {
    rule: item.criteria_zh ? [item.criteria_zh] : Object.values(item.grade_zh),
    source: sourceOf(item),
    method: [...gradeMethod(item), ...worth(item, part, sheet)],
    words: item.words ? { text: item.words, by: item.graded_by?.name ?? null, at: item.graded_at } : null,
    lines: item.lines,
    grounds,
    none: part === 'policyholder' ? 'chain.none.policyholder' : item.from === 'facts' ? 'chain.none.figures' : 'chain.none.best',
    ledger: ledgerOf(grounds, item.lines),
  }
}

/** An item of a deduction sheet: its clauses where none was held against the insurer, else those that were. */
export function chainOfDeduction(item: ItemScore, sheet: Sheet): Chain {
  const printed = sheet.titles.sections.flatMap((section) => section.items).find((one) => one.id === item.id)
  const named = item.lines.length ? [...new Set(item.lines.map((line) => line.clause))] : (printed?.clauses ?? [])
  const grounds = groundsOf(item.lines, sheet)
  return {
    rule: named.map((clause) => sheet.titles.clauses[clause ?? '']?.zh ?? clause ?? ''),
    source: null,
    method: deductionMethod(item),
    words: null,
    lines: item.lines,
    grounds,
    none: 'chain.none.held',
    ledger: ledgerOf(grounds, item.lines),
  }
}

function sourceOf(item: FormItem): Sentence | null {
  const { attachment, item: number, article } = item.source as { attachment?: number; item?: number; article?: number | number[] }
  if (attachment === undefined) return null
  const articles = article === undefined ? [] : [article].flat()
  return { word: articles.length ? 'chain.source.article' : 'chain.source', values: { attachment, item: number ?? item.number, article: articles.join('、') } }
}

function gradeMethod(item: FormItem): Sentence[] {
  const best = item.points.excellent ?? ''
  if (item.score === null) return [{ word: item.computed ? 'chain.figures.missing' : 'chain.ungraded' }]
  const scored = { score: item.score, max: best, grade: item.grade ?? '' }
  if (item.from === 'veto') return [{ word: 'chain.veto', values: scored }]
  return [{ word: item.from === 'facts' ? 'chain.computed' : 'chain.judged', values: scored }]
}

function worth(item: FormItem, part: string, sheet: Sheet | null): Sentence[] {
  const weight = Number(sheet?.titles.weights[part])
  const forms = sheet?.sheet.forms?.filter((form) => form.part === part && form.valid).length ?? 0
  if (!sheet || item.score === null || !weight || !forms) return []
  const share = (points: number) => ((points / forms) * weight).toFixed(2)
  const missed = Number(item.points.excellent) - Number(item.score)
  const values = { score: item.score, forms, weight: `${Math.round(weight * 100)}%`, share: share(Number(item.score)) }
  const sentence: Sentence = { word: forms === 1 ? 'chain.worth.one' : 'chain.worth', values }
  return missed > 0 ? [sentence, { word: 'chain.worth.best', values: { more: share(missed) } }] : [sentence]
}

function deductionMethod(item: ItemScore): Sentence[] {
  if (item.score === null) return [{ word: 'chain.figures.missing' }]
  const taken = Number(item.max) - Number(item.score)
  const values = { max: item.max, taken, score: item.score }
  const sentences: Sentence[] = [{ word: taken ? 'chain.deducted' : 'chain.undeducted', values }]
  if (item.raw !== undefined) sentences.push({ word: 'chain.floor', values: { raw: item.raw.replace('-', '') } })
  return sentences
}

function groundsOf(lines: Line[], sheet: Sheet | null): Ground[] {
  return [...new Set(lines.map((line) => line.source))].flatMap((source) => sheet?.grounds[source] ?? [])
}

const TABLES = { evidence: 'evidence', verdict: 'verdict', fact: 'recorded_fact' }

function ledgerOf(grounds: Ground[], lines: Line[]): string[] {
  const occurrences = lines.filter((line) => line.source !== 'satisfaction').map((line) => `occurrence/${line.source}`)
  const rows = grounds.flatMap((ground) => {
    const judged = ground.kind === 'verdict' && ground.evidence_id ? [ground.evidence_id] : []
    const answered = ground.finding?.insurer_answer.photos.map(({ id }) => id) ?? []
    return [`${TABLES[ground.kind]}/${ground.id}`, ...[...judged, ...answered].map((id) => `evidence/${id}`)]
  })
  return [...new Set([...occurrences, ...rows])]
}
