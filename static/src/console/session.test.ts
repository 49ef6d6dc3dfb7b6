import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { at, call } from '../shared/api/client'
import { keyOf } from './acts'
import { setPassword } from './session'

interface Asked { path: string; method: string; body: Record<string, unknown>; headers: Record<string, string> }

const asked: Asked[] = []

/** A server that knows the person once the password is their own, and takes in whatever key comes along. */
function answer(path: string, init: RequestInit): Response {
  const body = JSON.parse(String(init.body)) as Asked['body']
  asked.push({ path, method: init.method!, body, headers: init.headers as Record<string, string> })
  const device = body.device as { id: string } | undefined
  return Response.json({ person: { id: 'p', name: '林伟', sign_in_name: 'lin' }, organisation: { kind: 'construction_authority' }, acts: [], device_id: device?.id ?? null })
}

beforeEach(() => {
  asked.length = 0
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => Promise.resolve(answer(path, init)))
})
afterEach(() => vi.unstubAllGlobals())

it('enrols this browser’s key with the first password of one’s own, so that what is decided next is signed', async () => {
  await setPassword('lin', 'one-time', 'my own password')

  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['PUT /api/session/password', 'POST /api/session'])
  const key = (await keyOf('lin'))!
  expect(asked[1]!.body).toMatchObject({ sign_in_name: 'lin', password: 'my own password', device: { id: key.id, public_key: key.publicKey } })

  await call(at('/api/occurrences/{occurrence_id}/notice', { occurrence_id: '1' }), { method: 'PUT', body: { words: '经核查属实' } })
  expect(Object.keys(asked[2]!.headers)).toEqual(expect.arrayContaining(['Fieldapp-Act', 'Fieldapp-Act-Signature']))
})
