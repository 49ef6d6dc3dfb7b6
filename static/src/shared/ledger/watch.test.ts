import { beforeEach, describe, expect, it } from 'vitest'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { fromText, toText } from '../base64url'
import { canonical } from '../canonical'
import { isAlarm, look, type Fetch, type Memory } from './watch'
import type { Checkpoint, ListedKey } from './checkpoint'
import { readFileSync } from 'node:fs'

const NOW = '2026-11-22T00:00:00.000Z'
const file = new URL('../../../../tests/ledger/cases/proofs.json', import.meta.url)
const { consistency } = JSON.parse(readFileSync(file, 'utf8')) as {
  consistency: { name: string; from: number; to: number; from_root: string; to_root: string; proof: string[]; holds: boolean }[]
}
const grown = consistency.find(({ name }) => name === '65 to 300')!

class Sequencer {
  private constructor(private readonly pair: CryptoKeyPair, readonly listed: ListedKey) {}

  static async make(before?: Sequencer): Promise<Sequencer> {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
    const public_key = toText(await crypto.subtle.exportKey('spki', pair.publicKey))
    const id = bytesToHex(sha256(fromText(public_key))).slice(0, 16)
    const handed = { kind: 'fieldapp ledger key', public_key, previous_id: before?.listed.id ?? null }
    const endorsement = before ? await before.sign(canonical(handed)) : null
    return new Sequencer(pair, { id, public_key, use: 'checkpoint', previous_id: handed.previous_id, endorsement })
  }

  async sign(text: string): Promise<string> {
    const bytes = new TextEncoder().encode(text)
    return toText(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, this.pair.privateKey, bytes))
  }

  async checkpoint(size: number, root: string, origin = 'fieldapp/one'): Promise<Checkpoint> {
    const said = { kind: 'fieldapp checkpoint', format: 1, origin, previous: 0, size, root, at: NOW, key_id: this.listed.id }
    const body = canonical(said)
    return { size, body, signature: await this.sign(body), key_id: this.listed.id }
  }
}

function server(latest: unknown, keys: ListedKey[], proof: unknown = grown.proof): Fetch {
  const answers: Record<string, unknown> = {
    '/api/checkpoints/latest': latest,
    '/api/keys': { keys },
    [`/api/proofs/consistency?from=${grown.from}&to=${grown.to}`]: { proof },
  }
  return async (path) => answers[path] ?? null
}

describe('keeping watch over the log', () => {
  let own: Sequencer
  let seen: Memory
  beforeEach(async () => {
    own = await Sequencer.make()
    const first = await look(null, server(await own.checkpoint(grown.from, grown.from_root), [own.listed]), NOW)
    seen = first as Memory
  })

  it('believes the first key that it meets and remembers the checkpoint', () => {
    expect(isAlarm(seen)).toBe(false)
    expect(seen.checkpoint.size).toBe(grown.from)
  })

  it('follows a log that grew', async () => {
    const found = await look(seen, server(await own.checkpoint(grown.to, grown.to_root), [own.listed]), NOW)
    expect((found as Memory).checkpoint.size).toBe(grown.to)
  })

  it('follows a key that the old one handed over to', async () => {
    const next = await Sequencer.make(own)
    const found = await look(seen, server(await next.checkpoint(grown.to, grown.to_root), [own.listed, next.listed]), NOW)
    expect(isAlarm(found)).toBe(false)
  })

  it('has nothing to say before the first checkpoint', async () => {
    expect(await look(null, server(null, []), NOW)).toBeNull()
  })

  it('says what is wrong, and keeps what both said', async () => {
    const other = await Sequencer.make()
    const forged = await own.checkpoint(grown.to, grown.from_root)
    const cases: [string, Checkpoint | null, ListedKey[], unknown][] = [
      ['shorter', null, [own.listed], []],
      ['shorter', await own.checkpoint(3, grown.from_root), [own.listed], []],
      ['another_log', await own.checkpoint(grown.to, grown.to_root, 'fieldapp/two'), [own.listed], grown.proof],
      ['rewritten', forged, [own.listed], grown.proof],
      ['rewritten', await own.checkpoint(grown.from, grown.to_root), [own.listed], []],
      ['no_proof', await own.checkpoint(grown.to, grown.to_root), [own.listed], 'none'],
      ['unknown_key', await other.checkpoint(grown.to, grown.to_root), [own.listed, other.listed], grown.proof],
      ['bad_signature', { ...(await own.checkpoint(grown.to, grown.to_root)), signature: forged.signature }, [own.listed], grown.proof],
      ['bad_signature', { ...forged, body: 'no json' }, [own.listed], grown.proof],
    ]
    for (const [fault, given, keys, proof] of cases) {
      const found = await look(seen, server(given, keys, proof), NOW)
      expect(found).toMatchObject({ fault, at: NOW, seen: seen.checkpoint })
    }
  })

  it('takes silence for silence', async () => {
    const away: Fetch = async () => {
      throw new TypeError('no network')
    }
    await expect(look(seen, away, NOW)).rejects.toThrow('no network')
  })
})
