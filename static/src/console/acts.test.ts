import 'fake-indexeddb/auto'
import { describe, expect, it } from 'vitest'
import { fromText } from '../shared/base64url'
import { isSigned } from '../shared/ledger/checkpoint'
import { keyOf, signed } from './acts'

const asked = { method: 'PUT', path: '/api/occurrences/1/notice?x=1', body: { words: '经核查属实', left: undefined }, ifMatch: '"3"' }

describe('what decides is signed in the browser', () => {
  it('by a key that cannot be taken out and stays the person’s own', async () => {
    const key = (await keyOf('Liu'))!

    expect(key.privateKey.extractable).toBe(false)
    expect((await keyOf(' liu '))!.id).toBe(key.id)
    expect((await keyOf('chen'))!.id).not.toBe(key.id)
    expect((await keyOf('liu', true))!.id).not.toBe(key.id)
  })

  it('over the request exactly as it is sent', async () => {
    const key = (await keyOf('yun'))!
    const headers = await signed(asked, key, 'person')
    const text = new TextDecoder().decode(fromText(headers['Fieldapp-Act']!))

    expect(await isSigned(key.publicKey, headers['Fieldapp-Act-Signature']!, text)).toBe(true)
    expect(JSON.parse(text)).toMatchObject({
      kind: 'fieldapp act',
      method: 'PUT',
      path: '/api/occurrences/1/notice',
      body: { words: '经核查属实' },
      if_match: '"3"',
      person_id: 'person',
      device_id: key.id,
    })
    expect(Object.keys(JSON.parse(text) as object)).toEqual(Object.keys(JSON.parse(text) as object).sort())
  })
})
