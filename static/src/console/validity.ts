/** What a browser says of a field that is missing or wrong, in the words and the language of the console instead of its own. */
import { t } from '../shared/i18n'

interface Field { validity: ValidityState; min?: string; max?: string; minLength?: number; setCustomValidity(sentence: string): void }

const WORDS: [keyof ValidityState, string][] = [
  ['valueMissing', 'missing'], ['badInput', 'wrong'], ['typeMismatch', 'wrong'], ['patternMismatch', 'wrong'],
  ['tooShort', 'short'], ['rangeUnderflow', 'little'], ['rangeOverflow', 'much'], ['stepMismatch', 'step'],
]

/** The sentence for a field as it stands; empty where nothing is wrong. */
export function sentenceFor({ validity, min = '', max = '', minLength = 0 }: Omit<Field, 'setCustomValidity'>): string {
  const found = WORDS.find(([fault]) => validity[fault])
  return found ? t(`invalid.${found[1]}`, { min, max, least: minLength }) : ''
}

/**
 * A sentence of ours counts as a fault by itself, so it goes as soon as the field is touched, and before it is judged anew: the form may
 * have been filled in by the page meanwhile, of which no event tells. Enter presses a form's button too.
 */
export function speakOfFields(page: Document): void {
  page.addEventListener('invalid', ({ target }) => {
    const field = target as unknown as Field
    field.setCustomValidity('')
    field.setCustomValidity(sentenceFor(field))
  }, true)
  page.addEventListener('click', ({ target }) => {
    const form = (target as Element | null)?.closest?.('button')?.form
    for (const field of form?.elements ?? []) (field as unknown as Partial<Field>).setCustomValidity?.('')
  }, true)
  for (const touched of ['input', 'change']) {
    page.addEventListener(touched, ({ target }) => (target as unknown as Partial<Field>).setCustomValidity?.(''), true)
  }
}
