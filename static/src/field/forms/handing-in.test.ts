import { signedInPhone, take, taskOf } from '../phone.testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { edition as checklist, table } from '../../shared/checklist/cases.testing'
import { canonical, type Json } from '../../shared/canonical'
import { t } from '../../shared/i18n'
import type { FormEdition } from '../../shared/forms/types'
import { sha256OfText } from '../hashing'
import { removeCapture } from '../local/captures'
import { startDraft } from '../local/drafts'
import { finishDraft } from '../local/finishing'
import { mine } from '../local/person'
import { editionOf } from '../local/tasks'
import { newId } from '../ids'
import { parcelsIn, recordOf } from '../outbox/parcel'
import { askedAbout, wordsOf } from '../reshot'
import type { Draft, Edition, TaskKind } from '../types'
import { beginForm } from './startable'

const form = table('forms').form as FormEdition
const digest = await sha256OfText(canonical(form as unknown as Json))
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

describe('a rejected photo of a form', () => {
  const field = form.sections.flatMap(({ fields }) => fields).find(({ id }) => id === path)!
  const edition = form as unknown as Edition
  const task = (kind: TaskKind, question = path) => taskOf({
    kind, edition: { id: form.id, edition: form.edition, digest },
    re_shoot: { visit_id: newId(), evidence_id: newId(), question, shot: 'near', reason: 'unclear', words: null, thumb_url: '' },
  })

  it('is asked for by its field, also in a row of a group', () => {
    for (const question of [path, `vehicles/${newId()}/${path}`]) {
      const asked = askedAbout(task('re_shoot', question), edition)
      expect(asked).toMatchObject({ title: { zh: field.zh, en: field.en }, unit: null, check: null, shot: { zh: t('shot.near') } })
      expect(wordsOf(task('explain', question), edition)).toBe(field.zh)
    }
  })

  it('is taken again and handed in under that field', async () => {
    draft = await startDraft(task('re_shoot'))
    await take(draft, { question: path, category: null, shot: 'near' })
    await finishDraft(draft.id)
    expect(await record()).toMatchObject({ kind: 're_shoot', evidence: [{ question: path, shot: 'near' }], answers_re_shoot: { evidence_id: draft.task.re_shoot!.evidence_id } })
    expect((await parcel()).files[0]!.shown[0]!.item).toEqual({ zh: field.zh, en: field.en })
  })
})

it('still names a photo of a checklist by its item, its unit and what to look at', () => {
  const item = checklist.categories.flatMap(({ items }) => items).find(({ unit, photo }) => unit === 'tower_crane' && photo.length > 0)!
  const check = taskOf({ kind: 're_shoot' })
  const [unit] = check.project.units
  check.re_shoot = { visit_id: newId(), evidence_id: newId(), question: `${item.id}@${unit!.id}`, shot: item.photo[0]!.shot, reason: 'unclear', words: null, thumb_url: '' }
  expect(askedAbout(check, checklist)).toMatchObject({ title: { zh: item.zh }, unit: '1#塔机', check: item.check, hint: item.photo[0]!.hint ?? '' })
})
