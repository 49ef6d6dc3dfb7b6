/** What can be proposed from a case: the business items of the sheet, those counted by the case first. Pure. */
import type { Sheet } from '../score/types'

export interface ClauseGroup {
  item: string
  points: number
  byCase: boolean
  clauses: string[]
}

export function clauseGroups({ titles, sheet }: Pick<Sheet, 'titles' | 'sheet'>): ClauseGroup[] {
  const listed = titles.sections.filter(({ id }) => id === 'business').flatMap(({ items }) => items)
  const groups = listed.map(({ id, by_case, clauses }) => ({ item: id, points: Number(sheet.items?.find((one) => one.id === id)?.max ?? 0), byCase: by_case, clauses }))
  return [...groups.filter(({ byCase }) => byCase), ...groups.filter(({ byCase }) => !byCase)]
}
