/** What a file of a form shows, in words: its question is its field's path. */
import type { Field, FormEdition } from '../../shared/forms/types'

/** A task about one photo carries the edition of its visit, whichever that is. */
export function isFormEdition(edition: object): edition is FormEdition {
  return 'sections' in edition
}

/** Of `field` or `group/row id/field`; null where the edition has no such field. */
export function fieldOf(path: string, { sections }: FormEdition): Field | null {
  const id = path.slice(path.lastIndexOf('/') + 1)
  return sections.flatMap(({ fields }) => fields).find(one => one.id === id) ?? null
}

/** The same in words, in both languages. */
export function wordsOfField(path: string, edition: FormEdition): { zh: string; en: string } | null {
  const field = fieldOf(path, edition)
  return field && { zh: field.zh, en: field.en }
}
