/** A named sentence in the reader's language. A grade's code among its values becomes its word. */
import { t } from '../../shared/i18n'
import type { Sentence } from './chain'

export function worded({ word, values = {} }: Sentence): string {
  const grade = typeof values.grade === 'string' && values.grade ? { grade: t(`grade.${values.grade}`) } : {}
  return t(word, { ...values, ...grade })
}
