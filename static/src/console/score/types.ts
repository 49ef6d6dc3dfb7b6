/** What the score's screens read of the API: grounds, occurrences, forms and sheets. Amounts are decimal strings. */
import type { Schema } from '../../shared/api/client'

export type Named = Schema<'Insurer'>
export type Pair = Schema<'Pair'>
export type Verdict = Schema<'GroundVerdict'>
export type FindingOfFact = Schema<'FactFinding'>

/** What a decision rests on: evidence, a verdict about it, or a recorded fact. */
export type Ground = Schema<'GroundShown'>
export type GroundRef = Schema<'Ground'>
export type Step = Schema<'StepTaken'>
export type Occurrence = Schema<'Occurrence'>
export type Line = Schema<'Line'>
export type FormItem = Schema<'FormItem'>
export type OpinionForm = Schema<'OpinionForm'>
export type Note = Schema<'Note'>
export type ItemScore = Schema<'ItemScore'>
export type FormScore = Schema<'FormScore'>
export type Titles = Schema<'Titles'>
export type Bound = Schema<'Bound'>
export type Change = Schema<'Change'>
export type SheetForm = Schema<'SheetForm'>
export type Sheet = Omit<Schema<'Sheet'>, 'sheet'> & {
  sheet: Pick<Schema<'Scored'>, 'scheme_version' | 'items' | 'parts' | 'forms' | 'total' | 'grade' | 'vetoes' | 'missing' | 'digest'>
}
