import { expect, it } from 'vitest'
import type { Schema } from '../../shared/api/describing'
import type { Reply } from '../wire'
import { partVerdict, recordVerdict, verdict, type PartReply } from './verdict'

const SHA = 'a'.repeat(64)
type Kept = Schema<'Kept'>
/** `body` is not always as described: that is what is judged. */
const reply = (status: number, body: unknown = null): Reply<Kept> => ({
  status, body: body as Kept | null, problem: status < 400 ? null : { problem: 'Any', detail: 'why' }, retryAfterMs: null,
})
const page = (status: number): Reply<Kept> => ({ status, body: null, problem: null, retryAfterMs: null })

it.each<[string, Reply<Kept>, string]>([
  ['an answer', reply(200, {}), 'arrived'],
  ['created', reply(201, {}), 'arrived'],
  ['no network', 'unreachable', 'later'],
  ['a sign-in that ended', reply(401), 'later'],
  ['too slow', reply(408), 'later'],
  ['too early', reply(425), 'later'],
  ['too many', reply(429), 'later'],
  ['a fault of the server', reply(500), 'later'],
  ['a server that restarts', reply(503), 'later'],
  ['a full store', reply(507), 'later'],
  ['not allowed', reply(403), 'refused'],
  ['a conflict', reply(409), 'refused'],
  ['too large', reply(413), 'refused'],
  ['not understood', reply(422), 'refused'],
  ["a hotel's welcome page", page(200), 'later'],
  ["a proxy's own 403", page(403), 'later'],
  ["a gateway's 404 while the server is moved", page(404), 'later'],
])('%s means %s', (_, given, expected) => {
  expect(verdict(given)).toBe(expected)
})

it.each<[string, Reply<Kept>, string]>([
  ['taken', reply(200, { record_sha256: SHA, state: 'accepted' }), 'arrived'],
  ['taken again', reply(200, { record_sha256: SHA, state: 'revision' }), 'arrived'],
  ['kept for a person', reply(200, { record_sha256: SHA, state: 'quarantined' }), 'quarantined'],
  ['other bytes than ours', reply(200, { record_sha256: 'b'.repeat(64), state: 'accepted' }), 'later'],
  ['a state from the future', reply(200, { record_sha256: SHA, state: 'pondered' }), 'later'],
  ['any JSON that is no answer of ours', reply(200, { ok: true }), 'later'],
  ['nobody may', reply(403), 'refused'],
  ['no network', 'unreachable', 'later'],
])('a record, %s, means %s', (_, given, expected) => {
  expect(recordVerdict(given, SHA)).toBe(expected)
})

it.each<[PartReply, string]>([
  [{ status: 200, etag: '"e"' }, 'arrived'],
  [{ status: 204, etag: null }, 'arrived'],
  [{ status: 403, etag: null }, 'ask_again'],
  [{ status: 404, etag: null }, 'ask_again'],
  [{ status: 410, etag: null }, 'ask_again'],
  [{ status: 400, etag: null }, 'ask_again'],
  [{ status: 429, etag: null }, 'later'],
  [{ status: 503, etag: null }, 'later'],
  ['unreachable', 'later'],
])('a part answered %o means %s', (given, expected) => {
  expect(partVerdict(given)).toBe(expected)
})
