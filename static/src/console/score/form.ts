/** Reading an opinion form: its grades in the printed order, and where a figure comes from. */
import type { FormItem } from './types'

export const GRADES = ['excellent', 'good', 'qualified', 'unqualified'] as const

/** The name of the word on an item's last column: computed, judged, to be judged, overruled, reopened. */
export function signOf(item: FormItem, editable: boolean): string {
  if (item.reopened) return 'form.from.reopened'
  if (item.computed) return 'form.from.computed'
  if (item.from === 'veto') return 'form.from.veto'
  if (editable && !item.locked) return item.given_grade ? 'form.from.change' : 'form.from.give'
  return item.given_grade ? 'form.from.judged' : 'form.from.none'
}

/** What still keeps the form from being submitted: judged items without a grade, and grades whose ground fell away. */
export function wanting(items: FormItem[]): FormItem[] {
  return items.filter((item) => !item.computed && (item.given_grade === null || item.reopened))
}

/** A judged grade below excellent wants words and a ground. */
export function mayGive(grade: string, words: string, grounds: number): boolean {
  return grade === 'excellent' || (grade !== '' && words.trim() !== '' && grounds > 0)
}
