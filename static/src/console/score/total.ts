/** The lines of the year's total: weighted parts of grade points, or a deduction sheet's sections. Pure. */
import type { Sheet } from './types'

export interface PartLine {
  id: string
  mean: string | null
  weight: string
  score: string | null
  done: number
  all: number
  /** Totals that the mean is taken of. */
  terms: string[]
}

export function partsOf(sheet: Sheet): PartLine[] {
  return partWeights(sheet).map(([id, weight]) => {
    const mean = sheet.sheet.parts?.[id] ?? null
    const own = sheet.forms.filter((form) => form.part === id)
    const terms = (sheet.sheet.forms ?? []).filter((form) => form.part === id && form.valid && form.total !== null).map((form) => form.total ?? '')
    return {
      id,
      mean,
      weight: `${Math.round(Number(weight) * 100)}%`,
      score: mean === null ? null : (Number(mean) * Number(weight)).toFixed(2),
      done: own.filter((form) => form.submitted_at).length,
      all: own.length,
      terms,
    }
  })
}

/** Parts with their weights, the heaviest first, as the measures list them. JSON objects keep no order. */
export function partWeights(sheet: Sheet): [string, string][] {
  return Object.entries(sheet.titles.weights).sort(([, one], [, other]) => Number(other) - Number(one))
}

export function sectionsOf(sheet: Sheet): PartLine[] {
  return sheet.titles.sections.map((section) => {
    const items = section.items.flatMap(({ id }) => sheet.sheet.items?.find((item) => item.id === id) ?? [])
    const whole = items.every((item) => item.score !== null)
    const add = (values: (string | null)[]) => String(values.reduce((sum, value) => sum + Number(value ?? 0), 0))
    return { id: section.id, mean: null, weight: add(items.map((item) => item.max)), score: whole ? add(items.map((item) => item.score)) : null, done: 0, all: 0, terms: [] }
  })
}
