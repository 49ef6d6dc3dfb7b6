/** What went wrong on the phone itself, in a sentence that says what to do next. */
import { inEnglish } from '../shared/i18n'

export class Trouble extends Error {
  constructor(readonly code: string, readonly zh: string, readonly en: string, options?: ErrorOptions) {
    super(inEnglish.value ? en : zh, options)
    this.name = code
  }

  /** In the language of now, which may have changed since it was thrown. */
  get sentence(): string {
    return inEnglish.value ? this.en : this.zh
  }
}

export function sentenceOf(error: unknown): string {
  if (error instanceof Trouble) return error.sentence
  return error instanceof Error ? error.message : String(error)
}
