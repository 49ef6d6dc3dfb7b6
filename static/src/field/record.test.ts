import { Server, signedInPhone, take, taskOf, visitWith } from './phone.testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { edition } from '../shared/checklist/cases.testing'
import { capturesIn } from './local/captures'
import { newId } from './ids'
import { recordText } from './record'
import type { Capture, Draft, DraftAnswer } from './types'

const AT = '2026-11-18T01:00:00.000Z'

let server: Server
let draft: Draft

beforeEach(async () => {
  server = await signedInPhone()
  ;({ draft } = await visitWith(server, []))
  draft.finishedAt = AT
})

const failed = (changes: Partial<DraftAnswer['answer']> = {}): DraftAnswer => ({
  question: 'fire.fire_lane@site', answeredAt: AT, byGroup: false,
  answer: { value: 'fail', words: '占用', deadline: { kind: 'date', at: AT }, major_answer: false, ...changes },
  finding: { id: newId(), words: '消防车道被材料占用', place: '北门', foundAt: AT },
})

const record = async () => JSON.parse(recordText(draft, await capturesIn(draft.id), edition, -1200))

it('says what the task says, and how far the clock was off', async () => {
  const { task } = draft
  expect(await record()).toMatchObject({
    format: 2, id: draft.id, kind: 'monthly_check', task_id: task.id, project_id: task.project.id, scheme: task.scheme,
    edition: task.edition, nonce: 'nonce-1', finished_at: AT, clock_offset_ms: -1200, answers_re_shoot: null,
  })
})

it('has a finding for 不合格 with its place, words and deadline, and no severity but the answer to the question', async () => {
  draft.answers.a = failed()
  expect((await record()).findings).toEqual([{
    id: draft.answers.a.finding!.id, question: 'fire.fire_lane@site', severity: 'general', major_answer: false,
    words: '消防车道被材料占用', place: '北门', deadline: { kind: 'date', at: AT }, fixed_on_site: false, found_at: AT,
  }])
  draft.answers.a = failed({ major_answer: true })
  expect((await record()).findings[0].severity).toBe('suspected_major')
})

it('keeps the photo of an answer that became 合格, and names no finding that is not there', async () => {
  draft.answers.a = failed()
  const photo = await take(draft, { question: 'fire.fire_lane@site', findingId: draft.answers.a.finding!.id })
  expect((await record()).evidence[0].finding_id).toBe(draft.answers.a.finding!.id)
  draft.answers.a.answer = { value: 'pass' }
  expect(await record()).toMatchObject({ findings: [], evidence: [{ id: photo.id, finding_id: null }], answers: [{ finding_id: null }] })
})

it('judges each reading as the screen did', async () => {
  const item = edition.categories.flatMap(c => c.items).find(one => one.limits[0]?.v && one.limits[0].op === '>=' && !one.limits[0].judge && !one.limits[0].role)!
  const readings = [{ limit: 0, value: '0' }, { limit: 0, value: '二十' }]
  draft.answers.a = { ...failed(), question: `${item.id}@site`, answer: { value: 'fail', readings }, finding: null }
  expect((await record()).answers[0].readings).toEqual([
    { limit: 0, value: '0', row: null, judged: 'violated', person_says: null },
    { limit: 0, value: '二十', row: null, judged: 'unreadable', person_says: null },
  ])
})

it('speaks only of categories that somebody saw or declared absent', async () => {
  draft.absences.deep_pit = { reason: 'none_on_site', words: '' }
  expect((await record()).categories).toEqual(edition.categories.flatMap(({ id }) => {
    if (id === 'deep_pit') return [{ category: id, present: false, reason: 'none_on_site', words: '' }]
    return id === 'crane' || id === 'fire' ? [{ category: id, present: true }] : []
  }))
})

it('carries seal and signature exactly as they were made', async () => {
  const capture: Capture = await take(draft)
  expect((await record()).evidence[0]).toMatchObject({ id: capture.id, seal: capture.seal, seal_signature: capture.sealSignature })
})

it('answers a rejected photo in a re-shoot', async () => {
  const re_shoot = { visit_id: newId(), evidence_id: newId(), question: null, shot: 'far', reason: 'unclear', words: null, thumb_url: '' }
  draft.task = taskOf({ kind: 're_shoot', re_shoot })
  expect(await record()).toMatchObject({
    kind: 're_shoot', categories: [], answers_re_shoot: { visit_id: re_shoot.visit_id, evidence_id: re_shoot.evidence_id },
  })
})

it('carries the words to the judge, and none where there are none', async () => {
  draft.task = taskOf({ kind: 'explain' })
  draft.words = '  手机没电重启 '
  expect(await record()).toMatchObject({ kind: 'explain', words: '手机没电重启' })
  draft.words = ' '
  expect((await record()).words).toBeNull()
})

describe('a re-inspection', () => {
  const re_inspection = {
    visit_id: newId(), finding_id: newId(), question: 'fire.fire_lane@site', severity: 'general', words: '占用', place: '北门',
    found_at: AT, due_at: AT, due_kind: 'date' as const, rounds: 0, photos: [],
  }
  const deadline = { kind: 'date', at: AT }

  beforeEach(() => { draft.task = taskOf({ kind: 're_inspection', re_inspection }) })

  it('says what is not rectified, with its new deadline', async () => {
    draft.reInspection = { outcome: 'not_rectified', refused: true, words: '仍堆有木方', deadline }
    expect(await record()).toMatchObject({
      categories: [], re_inspection: {
        visit_id: re_inspection.visit_id, finding_id: re_inspection.finding_id, outcome: 'not_rectified', refused: true, words: '仍堆有木方', deadline,
      },
    })
  })

  it('takes back the refusal and the deadline that were said before it became 已整改', async () => {
    draft.reInspection = { outcome: 'rectified', refused: true, words: '', deadline }
    expect((await record()).re_inspection).toMatchObject({ outcome: 'rectified', refused: false, words: null, deadline: null })
  })
})

it('names no signature picture that was taken back', async () => {
  const { id } = await take(draft, { shot: 'refusal' })
  draft.signature = { outcome: 'signed', name: '王', role: '安全员', evidenceId: id, reason: null, signedAt: AT }
  expect((await record()).signature.evidence_id).toBe(id)
  draft.signature.evidenceId = newId()
  expect((await record()).signature.evidence_id).toBeNull()
})

it('drops what no database keeps: NULs and halves of emoji', async () => {
  draft.answers.a = failed()
  draft.answers.a.finding!.words = `护栏\u0000缺失\ud83d`
  expect((await record()).findings[0].words).toBe('护栏缺失\ufffd')
})
