import { expect, test } from 'vitest'
import { speak } from '../shared/i18n'
import { sentenceFor, speakOfFields } from './validity'
import './words'

const fault = (name: string) => ({ [name]: true }) as unknown as ValidityState

test('a field that was left empty says so in the language of the console', async () => {
  expect(sentenceFor({ validity: fault('valueMissing') })).toBe('请填写这一项。')
  await speak('en')
  expect(sentenceFor({ validity: fault('valueMissing') })).toBe('Fill this in.')
  await speak('zh')
})

test('a limit is named', () => {
  expect(sentenceFor({ validity: fault('tooShort'), minLength: 10 })).toBe('至少写 10 个字。')
  expect(sentenceFor({ validity: fault('rangeUnderflow'), min: '20' })).toBe('不能小于 20。')
})

test('a field that was put right is no longer held back by what was said of it', () => {
  const page = new EventTarget()
  let said = ''
  const field = Object.assign(new EventTarget(), { validity: fault('valueMissing'), setCustomValidity: (sentence: string) => { said = sentence } })
  const at = (name: string) => page.dispatchEvent(Object.defineProperty(new Event(name), 'target', { value: field }))

  speakOfFields(page as Document)
  at('invalid')
  expect(said).toBe('请填写这一项。')
  at('input')
  expect(said).toBe('')
})
