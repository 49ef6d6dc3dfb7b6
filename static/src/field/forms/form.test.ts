import { describe, expect, it } from 'vitest'
import '../words'
import { reactive, shallowRef } from 'vue'
import { table } from '../../shared/checklist/cases.testing'
import type { FormEdition } from '../../shared/forms/types'
import { recordText } from '../record'
import type { Capture, Draft, Edition, Task } from '../types'
import { addRow, formOf, nameOf, pageOf, removeRow, say, titlesOf, type FormVisit } from './form'
import { fromPicker, toPicker } from './moments'

const edition = table('forms').form as FormEdition

function opened(task: Partial<Task> = {}, changes: Partial<FormEdition> = {}): FormVisit {
  const draft = reactive({
    id: 'd', startedAt: '2026-11-20T00:00:00.000Z', finishedAt: '2026-11-20T01:00:00.000Z', arrival: null, answers: {}, absences: {}, signature: null, trail: [],
    task: { id: 't', kind: 'blocked_access', scheme: 'construction_liability', nonce: 'n', project: { id: 'p', name: '一号楼' }, edition: { id: 'blocked_access', edition: 't-1', digest: 'x' }, re_shoot: null, ...task },
  }) as unknown as Draft
  return formOf(draft, { ...edition, ...changes }, shallowRef<Capture[]>([]))
}

const at = (form: FormVisit, path: string) => pageOf(form, path)!.places.find(place => place.path === path)!
const codes = (form: FormVisit, path: string) => (form.lacking.value.get(path) ?? []).map(({ code }) => code)

describe('a form on screen', () => {
  it('follows every answer at once, also what hangs on it', () => {
    const form = opened()
    expect(pageOf(form, 'height')).toBeUndefined()

    say(form, at(form, 'kind'), 'fall')
    expect(codes(form, 'height')).toEqual(['missing'])

    say(form, at(form, 'height'), '1')
    expect(codes(form, 'height')).toEqual(['out_of_range'])

    say(form, at(form, 'kind'), 'fire')
    expect(pageOf(form, 'height')).toBeUndefined()
  })

  it('knows the present while it is filled in, and the record\'s own time afterwards', () => {
    const soon = new Date(Date.now() + 60_000).toISOString()
    const form = opened()
    form.draft.finishedAt = '2020-01-01T01:00:00.000Z'
    say(form, at(form, 'started'), '2020-01-01T00:30:00.000Z')
    say(form, at(form, 'ended'), '2020-01-01T01:00:00.001Z')
    expect(codes(form, 'ended')).toEqual(['broken_rule'])
    form.draft.finishedAt = null
    expect(codes(form, 'ended')).toEqual([])
    say(form, at(form, 'ended'), soon)
    expect(codes(form, 'ended')).toEqual(['broken_rule'])
  })

  it('keeps the rows of a group apart', () => {
    const form = opened()
    say(form, at(form, 'kind'), 'fall')
    const [one, two] = [addRow(form, 'people'), addRow(form, 'people')]

    say(form, at(form, `people/${two.id}/number`), '张')
    expect(form.said.rows.people!.map(({ values }) => values)).toEqual([{}, { number: '张' }])

    removeRow(form, 'people', one)
    expect(form.said.rows.people!.map(({ id }) => id)).toEqual([two.id])
  })

  it('names a row by its first short words', () => {
    const fields = [{ id: 'a', zh: '', en: '', type: 'number' as const }, { id: 'b', zh: '', en: '', type: 'text' as const }]
    expect(nameOf({ id: 'r', values: { a: '1', b: '刘德顺' } }, fields)).toBe('刘德顺')
  })

  it('names a page of a row once where its section is called as its group', () => {
    const form = opened()
    say(form, at(form, 'kind'), 'fall')
    const row = addRow(form, 'people')
    const page = pageOf(form, `people/${row.id}/number`)!
    const group = form.edition.groups!.find(({ id }) => id === 'people')!
    const called = (zh: string) => titlesOf(form, { ...page, section: { ...page.section, zh } })

    expect(called(group.zh)).toEqual([`${group.zh} 1`, '一号楼'])
    expect(called('伤情')).toEqual(['伤情', `${group.zh} 1`])
  })

  it('starts from what the task knows', () => {
    const [first, ...rest] = edition.sections
    const known = { ...first!, fields: first!.fields.map(field => (field.id === 'nobody' ? { ...field, prefill: 'case.words' } : field)) }
    const form = opened({ context: { 'case.words': '已知' } }, { sections: [known, ...rest], context: { 'case.words': 'text' } })
    expect(form.said.values).toEqual({ nobody: '已知' })
  })

  it('lets an answer go when it is taken back', () => {
    const form = opened()
    say(form, at(form, 'nobody'), '无人')
    say(form, at(form, 'nobody'), '')
    expect(form.said.values).toEqual({})
  })
})

describe('the record of a form', () => {
  it('says format 2, its answers, and no task that the server never gave', () => {
    const form = opened({ unplanned: true })
    say(form, at(form, 'kind'), 'fire')

    const record = JSON.parse(recordText(form.draft, [], edition as unknown as Edition, 0)) as Record<string, unknown>

    expect(record).toMatchObject({ format: 2, task_id: null, nonce: null, categories: [], answers: [], findings: [], form: { values: { kind: 'fire' }, rows: {} } })
  })
})

describe('moments of Shanghai', () => {
  it('are the same on a phone of any zone', () => {
    expect(toPicker('2026-11-20T06:05:30.000Z')).toBe('2026-11-20T14:05')
    expect(fromPicker('2026-11-20T14:05')).toBe('2026-11-20T06:05:00.000Z')
  })

  it('are none where nothing whole was picked', () => {
    expect([toPicker(''), fromPicker('')]).toEqual(['', null])
  })
})
