/** What would change the grade. Bounds come exact from the server; the rest is said of sums of shown figures. Pure. */
import type { Sentence } from './chain'
import type { FormScore, ItemScore, Sheet } from './types'

export interface Range {
  low: number
  high: number
}

/** Between which totals the year can still end, taking what is not in yet as none or all of its points. */
export function range(sheet: Sheet): Range {
  const forms = sheet.sheet.forms ?? []
  const sums = Object.entries(sheet.titles.weights).map(([part, weight]) => {
    const own = forms.filter((form) => form.part === part && (form.valid || form.total === null)).map(formRange)
    const mean = (side: keyof Range) => own.reduce((sum, one) => sum + one[side], 0) / own.length
    return own.length ? { low: mean('low') * Number(weight), high: mean('high') * Number(weight) } : { low: 0, high: 100 * Number(weight) }
  })
  return { low: sum(sums, 'low'), high: sum(sums, 'high') }
}

/** The sentences beside the total: how far down, how far up, or what is still open. */
export function prospects(sheet: Sheet): Sentence[] {
  return sheet.bounds.length ? [...down(sheet), ...up(sheet)] : still(sheet)
}

function down(sheet: Sheet): Sentence[] {
  const bound = sheet.bounds.find((one) => one.grade === sheet.sheet.grade && Number(one.wanting) <= 0)
  const lower = below(sheet, sheet.sheet.grade)
  if (!bound || !lower) return []
  const margin = Math.abs(Number(bound.wanting))
  const sentences: Sentence[] = [{ word: 'prospect.down', values: { grade: lower, by: margin.toFixed(2) } }]
  const forms = counted(sheet, 'county_authority').length
  const weight = Number(sheet.titles.weights.county_authority)
  const points = (margin / weight) * forms
  if (forms && points < 100) sentences.push({ word: 'prospect.down.form', values: { grade: lower, by: points.toFixed(2) } })
  return sentences
}

function up(sheet: Sheet): Sentence[] {
  const next = sheet.bounds.filter((one) => Number(one.wanting) > 0).at(-1)
  return next ? [{ word: 'prospect.up', values: { grade: next.grade, by: next.wanting } }] : []
}

function still(sheet: Sheet): Sentence[] {
  const { low, high } = range(sheet)
  const from = Object.entries(sheet.titles.grade_from)
  if (!from.length) return []
  const gone = from.filter(([, at]) => high < Number(at)).map(([grade]) => ({ word: 'prospect.gone', values: { grade, high: high.toFixed(2) } }))
  return [{ word: 'prospect.range', values: { low: low.toFixed(2), high: high.toFixed(2) } }, ...needed(sheet, low), ...gone]
}

/** With one form outstanding: the points it must bring for each grade that is still open. */
function needed(sheet: Sheet, low: number): Sentence[] {
  const open = (sheet.sheet.forms ?? []).filter((form) => form.total === null)
  const only = open[0]
  if (!only || open.length > 1) return []
  const share = Number(sheet.titles.weights[only.part]) / (sheet.sheet.forms ?? []).filter((form) => form.part === only.part && (form.valid || form.total === null)).length
  const has = formRange(only)
  return Object.entries(sheet.titles.grade_from).flatMap(([grade, at]) => {
    const points = has.low + (Number(at) - low) / share
    return points > has.low && points <= has.high
      ? [{ word: 'prospect.needs', values: { assessor: sheet.titles.assessors[only.assessor]?.short_name ?? '', points: points.toFixed(2), grade } }]
      : []
  })
}

function below(sheet: Sheet, grade: string | null): string | null {
  const order = Object.keys(sheet.titles.grades)
  const place = order.indexOf(grade ?? '')
  return place < 0 ? null : (order[place + 1] ?? null)
}

function formRange(form: FormScore): Range {
  if (form.total !== null) return { low: Number(form.total), high: Number(form.total) }
  if (form.items.length === 0) return { low: 0, high: 100 }
  const low = form.items.reduce((all, item) => all + Number(item.score ?? 0), 0)
  return { low, high: low + form.items.filter((item: ItemScore) => item.score === null).reduce((all, item) => all + Number(item.max), 0) }
}

const counted = (sheet: Sheet, part: string) => (sheet.sheet.forms ?? []).filter((form) => form.part === part && form.valid)
const sum = (ranges: Range[], side: keyof Range) => ranges.reduce((all, one) => all + one[side], 0)
