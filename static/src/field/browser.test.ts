import { expect, it } from 'vitest'
import { whyNot } from './browser'

const able = { secure: true, storage: true, keys: true, numbers: true }

it.each([
  ['Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/87.0 Mobile Safari/537.36', able, null],
  ['Mozilla/5.0 (iPhone) AppleWebKit/605 MicroMessenger/8.0.44', able, 'inside_chat'],
  ['Mozilla/5.0 (Linux; Android 12) MQQBrowser/14.9 Mobile Safari/537.36', able, null],
  ['Mozilla/5.0 (Linux; Android 12) V1_AND_SQ_9 QQ/9.0.8.14755', able, 'inside_chat'],
  ['Mozilla/5.0', { ...able, secure: false }, 'insecure'],
  ['Mozilla/5.0', { ...able, keys: false }, 'too_old'],
])('%s → %o → %s', (agent, has, expected) => {
  expect(whyNot(agent, has)).toBe(expected)
})
