import { signedInPhone, take } from '../phone.testing'
import { beforeEach, expect, it } from 'vitest'
import { table } from '../../shared/checklist/cases.testing'
import { canonical, type Json } from '../../shared/canonical'
import type { FormEdition } from '../../shared/forms/types'
import { sha256OfText } from '../hashing'
import { removeCapture } from '../local/captures'
import { finishDraft } from '../local/finishing'
import { mine } from '../local/person'
import { editionOf } from '../local/tasks'
import { newId } from '../ids'
import { parcelsIn, recordOf } from '../outbox/parcel'
import type { Draft } from '../types'
import { beginForm } from './startable'

const form = table('forms').form as FormEdition
const digest = sha256OfText(canonical(form as unknown as Json))
const startable = { id: 'blocked_access' as const, edition: form.edition, digest, zh: '', en: '', schemes: [] }
const project = { id: newId(), name: '滨江花园三期', address: '', area: '330100', stage: 'structure', site: null, contacts: [], units: [] }
const path = form.sections.flatMap(({ fields }) => fields).find(({ type }) => type === 'photos')!.id


let draft: Draft

beforeEach(async () => {
  await signedInPhone()
  await editionOf(startable, () => Promise.resolve(Response.json({ edition: form, digest })))
  draft = await beginForm(startable, { schemes: [], project }, 'construction_liability')
  draft.form = { values: {}, rows: {} }
})

const parcel = async () => (await parcelsIn(mine())).find(({ id }) => id === draft.id)!
const record = async () => JSON.parse((await recordOf(await parcel(), mine())).body)

it('sends a form with the chain of its phone: begun here, and the photo that was taken out again', async () => {
  await take(draft, { question: path, category: null })
  const removed = await take(draft, { question: path, category: null })
  await removeCapture(removed.id)
  await finishDraft(draft.id)

  const { format, kind, task_id, chain } = await record()
  expect({ format, kind, task_id }).toEqual({ format: 2, kind: 'blocked_access', task_id: null })
  expect(chain.map(({ seal }: { seal: string }) => JSON.parse(seal).kind)).toEqual(['visit_started', 'capture', 'photo_removed'])
})

it('names a file of a form by its field', async () => {
  await take(draft, { question: path, category: null })
  await finishDraft(draft.id)

  const { zh, en } = form.sections.flatMap(({ fields }) => fields).find(({ id }) => id === path)!
  expect((await parcel()).files[0]!.shown[0]!.item).toEqual({ zh, en })
})
