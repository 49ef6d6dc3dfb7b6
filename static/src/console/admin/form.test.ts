import { describe, expect, it } from 'vitest'
import { Problem, Unreachable } from '../../shared/api/problem'
import { orNull, useForm } from './form'

const refused = new Problem({
  problem: 'Invalid', status: 422, title: '', detail: '填写内容有误，请按提示修改。',
  errors: [{ where: '/name', problem: 'invalid', detail: '必填。' }, { where: '/name', problem: 'invalid', detail: '至少 2 个字。' }],
})

describe('a form', () => {
  it('puts each fault at its field, the first of several', async () => {
    const form = useForm()

    expect(await form.submit(() => Promise.reject(refused))).toBe(false)

    expect(form.faults).toEqual({ '/name': '必填。' })
    expect(form.failure.value).toBe('填写内容有误，请按提示修改。')
    expect(form.busy.value).toBe(false)
  })

  it('forgets the faults of the last try', async () => {
    const form = useForm()
    await form.submit(() => Promise.reject(refused))

    expect(await form.submit(() => Promise.resolve())).toBe(true)

    expect(form.faults).toEqual({})
    expect(form.failure.value).toBeNull()
  })

  it('says that the server cannot be reached', async () => {
    const form = useForm()

    await form.submit(() => Promise.reject(new Unreachable('offline')))

    expect(form.failure.value).toBeTruthy()
    expect(form.faults).toEqual({})
  })
})

it('sends nothing for a field of blanks', () => {
  expect([orNull('  '), orNull(' 339901 ')]).toEqual([null, '339901'])
})
