/** Papers of people: sealed to the server at the shutter, so that a lost phone gives nothing of them away. */
import { bytesOfSize, chunksKept, Server, signedInPhone, take, visitWith } from '../phone.testing'
import Dexie from 'dexie'
import { beforeEach, expect, it } from 'vitest'
import { published } from '../../shared/checklist/cases.testing'
import type { FormEdition } from '../../shared/forms/types'
import { opened } from '../envelopes.testing'
import { sha256Of } from '../hashing'
import { exportUnsent } from '../keeping/exporting'
import { restoreExport } from '../keeping/restoring'
import { parcelsIn } from '../outbox/parcel'
import { runOutbox } from '../outbox/runner'
import { signIn } from '../session'
import type { Draft, Edition } from '../types'
import { bytesOf, capturesIn, forgetFresh, pictureUrl } from './captures'
import { finishDraft } from './finishing'
import { keyring } from './keyring'
import { closeLocal, mine } from './person'
import { isPersonal } from './secrecy'

const PAPER = { question: 'crane.tower.operator_certificates@crane-1', shot: 'near', category: 'crane' }
const BYTES = bytesOfSize(1_300_000, 8)

let server: Server
let draft: Draft

beforeEach(async () => {
  server = await signedInPhone()
  server.takesEnvelopes = true
  await signIn('lin', 'right', server.reach)
  ;({ draft } = await visitWith(server, []))
})

it('keeps of a certificate only what the server can open', async () => {
  const capture = await take(draft, { ...PAPER, bytes: BYTES })
  const kept = await bytesOf(capture.id)

  expect(capture).toMatchObject({ sha256: await sha256Of(BYTES), size: 1_300_000, preview: null })
  expect(capture.envelope).toMatchObject({ sha256: await sha256Of(kept), size: kept.byteLength })
  expect(await sha256Of(await opened(kept, server.envelopeKeys))).toBe(capture.sha256)
  expect(Buffer.from(kept).includes(Buffer.from(BYTES.slice(5000, 5032)))).toBe(false)
})

it('seals both names, the content and the envelope', async () => {
  const capture = await take(draft, { ...PAPER, bytes: BYTES })
  expect(JSON.parse(capture.seal)).toMatchObject({ sha256: capture.sha256, envelope: capture.envelope })
})

it('shows the whole picture only until the camera closes', async () => {
  const capture = await take(draft, { ...PAPER, bytes: BYTES })
  expect(await pictureUrl(capture.id)).toMatch(/^blob:/)
  forgetFresh()
  expect(await pictureUrl(capture.id)).toBeNull()
})

it('does not show it either where the camera closed before it was kept', async () => {
  const keeping = take(draft, { ...PAPER, bytes: BYTES })
  forgetFresh()
  expect(await pictureUrl((await keeping).id)).toBeNull()
})

it('leaves what shows no person as it was', async () => {
  const capture = await take(draft, { question: 'fire.fire_lane@site' })
  expect(capture.envelope).toBeNull()
  expect('envelope' in (JSON.parse(capture.seal) as object)).toBe(false)
})

it('goes on as before where the server publishes no key', async () => {
  await keyring.facts.clear()
  server.takesEnvelopes = false
  await signIn('lin', 'right', server.reach)
  expect((await take(draft, PAPER)).envelope).toBeNull()
})

it('is asked for by the envelope, and let go when the receipt names the content', async () => {
  const capture = await take(draft, { ...PAPER, bytes: BYTES })
  await finishDraft(draft.id)
  await runOutbox(mine(), server.way)

  const record = JSON.parse(server.records.get(draft.id)!.body) as { evidence: object[] }
  expect(record.evidence).toMatchObject([{ sha256: capture.sha256, size: 1_300_000, envelope: capture.envelope }])
  expect([...server.blobs.keys()].sort()).toEqual([capture.sha256, capture.envelope!.sha256].sort())
  expect(await chunksKept(capture.id)).toBe(0)
  expect((await parcelsIn(mine()))[0]!.files).toMatchObject([{ state: 'stored', detail: null }])
})

it('is not kept for ever where the server says, signed, that it holds the envelope and cannot open it', async () => {
  server.opensNothing = true
  const capture = await take(draft, { ...PAPER, bytes: BYTES })
  await finishDraft(draft.id)
  await runOutbox(mine(), server.way)

  const [parcel] = await parcelsIn(mine())
  expect(parcel!.files).toMatchObject([{ state: 'stored' }])
  expect(parcel!.files[0]!.detail).toContain('加密件')
  expect(await chunksKept(capture.id)).toBe(0)
})

it('stays sealed in an export, and is sent from the other phone', async () => {
  await take(draft, { ...PAPER, bytes: BYTES })
  const { file } = await exportUnsent('三号塔机 2026')
  const { personId, database } = mine()
  database.close()
  closeLocal()
  await Dexie.delete(`fieldapp-${personId}`)
  await Promise.all([keyring.devices.clear(), keyring.dataKeys.clear(), keyring.facts.clear()])
  await signIn('lin', 'right', server.reach)
  await restoreExport(file, '三号塔机 2026')

  const [capture] = await capturesIn(draft.id)
  expect(await sha256Of(await opened(await bytesOf(capture!.id), server.envelopeKeys))).toBe(capture!.sha256)
})

it('knows personal photos by the edition, of checklists and of forms', () => {
  const form = { sections: [{ fields: [
    { id: 'id_card', type: 'photos', personal: 'sensitive' }, { id: 'scene', type: 'photos' }, { id: 'signed', type: 'signature', personal: 'personal' },
  ] }] } as unknown as FormEdition
  const asked = (edition: Edition | FormEdition, question: string | null, shot = 'near') => isPersonal(edition, { question, shot })

  expect(asked(published.edition, PAPER.question)).toBe(true)
  expect(asked(published.edition, PAPER.question, 'far')).toBe(false)
  expect(asked(published.edition, null)).toBe(false)
  expect(['id_card', 'injured/row/id_card', 'scene', 'signed'].map(path => asked(form, path))).toEqual([true, true, false, false])
})
