/** A named sentence in the reader's language. A grade's code among its values becomes its word. */
import { t } from '../../shared/i18n'
import type { Sentence } from './chain'
import type { Line } from './types'

export function worded({ word, values = {} }: Sentence): string {
  const grade = typeof values.grade === 'string' && values.grade ? { grade: t(`grade.${values.grade}`) } : {}
  return t(word, { ...values, ...grade })
}

const STATE = /^不计：状态为 (\w+)，不是 confirmed。/

/** Why a line counts or not, with the state's code in the trade's word. */
export const whyOf = (line: Line): string =>
  (line.why ?? '').replace(STATE, (_, state: string) => t('chain.line.state', { state: t(`step.${state}`) }))
