/** Which captures this phone must not be able to read any more: photos of papers and bodies of people. */
import type { FormEdition } from '../../shared/forms/types'
import { enveloped, type EnvelopeKey } from '../enveloping'
import { fieldOf, isFormEdition } from '../forms/fields'
import { sha256Of } from '../hashing'
import type { Capture, Edition } from '../types'
import { ENVELOPE_KEY, fact } from './keyring'
import type { Taken } from './captures'
import { editionHere } from './tasks'

type Shown = Pick<Capture, 'question' | 'shot'>

/** What the phone keeps of such a capture: the envelope, and what names it. */
export interface Sealed {
  bytes: ArrayBuffer
  says: NonNullable<Capture['envelope']>
}

/** The key to seal to what the edition marks as personal; null for what is not, or where the server published none. */
export async function keyFor(taken: Pick<Taken, 'draft' | 'question' | 'shot'>): Promise<EnvelopeKey | null> {
  const key = await fact<EnvelopeKey>(ENVELOPE_KEY)
  if (!key) return null
  const edition = await editionHere(taken.draft.task.edition)
  // Without its edition nobody can tell what a photo shows: then as if it were personal.
  return edition && !isPersonal(edition, taken) ? null : key
}

export async function sealedTo(key: EnvelopeKey, content: ArrayBuffer, sha256: string): Promise<Sealed> {
  const bytes = await enveloped(content, sha256, key)
  return { bytes, says: { sha256: await sha256Of(bytes), size: bytes.byteLength, key_id: key.id } }
}

/** Signatures are not sealed: who signed is shown what he signed with. */
export function isPersonal(edition: Edition | FormEdition, { question, shot }: Shown): boolean {
  if (question === null) return false
  if (isFormEdition(edition)) {
    const field = fieldOf(question, edition)
    return field?.type === 'photos' && !!field.personal
  }
  const itemId = question.slice(0, question.lastIndexOf('@'))
  const item = edition.categories.flatMap(({ items }) => items).find(({ id }) => id === itemId)
  return item?.photo.some(listed => listed.shot === shot && listed.personal) ?? false
}

/** What lies on this phone, and travels: the envelope where there is one. */
export function keptAs({ envelope, sha256, size }: Pick<Capture, 'envelope' | 'sha256' | 'size'>): { sha256: string; size: number } {
  return envelope ?? { sha256, size }
}
