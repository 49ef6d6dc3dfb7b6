/** What a file of a form shows, in words: its question is its field's path. */
import type { FormEdition } from '../../shared/forms/types'

/** Of `field` or `group/row id/field`, in both languages; null where the edition has no such field. */
export function wordsOfField(path: string, { sections }: FormEdition): { zh: string; en: string } | null {
  const id = path.slice(path.lastIndexOf('/') + 1)
  const field = sections.flatMap(({ fields }) => fields).find(one => one.id === id)
  return field ? { zh: field.zh, en: field.en } : null
}
