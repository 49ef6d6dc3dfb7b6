import { expect, it } from 'vitest'
import type { SyncState, VisitProgress } from '../types'
import { pillOf } from './pill'

const visit = { id: 'v' } as VisitProgress
const calm: SyncState = {
  online: true, running: false, records: 0, files: 0, filesTotal: 0, needsPerson: 0, allSaved: true, visits: [], nextTryAt: null,
}
const beside = { needsPassword: false, drafts: 0, short: false }
const waiting = { records: 3, files: 42, filesTotal: 45, allSaved: false, visits: [visit] }

it.each([
  ['nothing was ever sent', calm, beside, 'pill.idle'],
  ['everything is at the server', { ...calm, visits: [visit] }, beside, 'pill.saved.long'],
  ['a visit is not handed in yet', { ...calm, visits: [visit] }, { ...beside, drafts: 1 }, 'pill.drafts.long'],
  ['no network, work waits', { ...calm, ...waiting, online: false }, beside, 'pill.offline.long'],
  ['no network, beside a title', { ...calm, ...waiting, online: false }, { ...beside, short: true }, 'pill.offline.short'],
  ['no network, nothing waits', { ...calm, online: false }, beside, 'pill.offline'],
  ['no network, nothing waits, beside a title', { ...calm, online: false }, { ...beside, short: true }, 'pill.offline.idle'],
  ['sending', { ...calm, ...waiting, running: true }, beside, 'pill.sending'],
  ['waiting for its turn', { ...calm, ...waiting }, beside, 'pill.open.long'],
  ['a person must look, whatever the network does', { ...calm, ...waiting, online: false, needsPerson: 1 }, beside, 'pill.person'],
  ['the password is wanted', { ...calm, ...waiting, needsPerson: 1 }, { ...beside, needsPassword: true }, 'pill.password'],
])('%s', (_, sync, besides, word) => {
  expect(pillOf(sync, besides).word).toBe(word)
})

it('counts what has arrived of all', () => {
  expect(pillOf({ ...calm, ...waiting, running: true }, beside).values).toMatchObject({ done: 3, total: 45 })
})
