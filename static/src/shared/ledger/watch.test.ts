import { beforeEach, describe, expect, it } from 'vitest'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { fromText, toText } from '../base64url'
import { canonical } from '../canonical'
import { isAlarm, look, type Fetch, type Memory } from './watch'
import type { Checkpoint, ListedKey } from './checkpoint'
import { readFileSync } from 'node:fs'

const LATER = '2026-11-23T00:00:00.000Z'
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

  async checkpoint(size: number, root: string, origin = 'fieldapp/one', at = NOW): Promise<Checkpoint> {
    const said = { kind: 'fieldapp checkpoint', format: 1, origin, previous: 0, size, root, at, key_id: this.listed.id }
    const body = canonical(said)
    return { size, body, signature: await this.sign(body), key_id: this.listed.id }
  }
}

/** Declared by `own`: the log goes on from the one of `grown.from` leaves, and had been signed up to 250. */
async function declared(own: Sequencer, changes: object = {}, by = own) {
  const said = {
    kind: 'fieldapp restoration', format: 1, id: 'r1', origin: 'fieldapp/one', at: LATER, reason: 'disk_failure', key_id: own.listed.id,
    kept: { size: grown.from, root: grown.from_root, at: NOW }, lost: { size: 250, root: 'ee'.repeat(32), at: NOW }, ...changes,
  }
  const body = canonical(said)
  return { body, signature: await by.sign(body), key_id: own.listed.id }
}

function server(latest: unknown, keys: ListedKey[], proof: unknown = grown.proof, restorations: unknown[] = []): Fetch {
  const answers: Record<string, unknown> = {
    '/api/restorations': { items: restorations },
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

describe('a database that was put back', () => {
  let own: Sequencer
  let seen: Memory
  let given: Checkpoint
  beforeEach(async () => {
    own = await Sequencer.make()
    const lost = await own.checkpoint(200, 'aa'.repeat(32))
    seen = { checkpoint: lost, keys: { [own.listed.id]: own.listed.public_key } }
    given = await own.checkpoint(grown.to, grown.to_root, 'fieldapp/one', '2026-11-24T00:00:00.000Z')
  })

  it('is told from a rewritten log by the signed declaration, and followed from there', async () => {
    const found = await look(seen, server(given, [own.listed], grown.proof, [await declared(own)]), LATER)

    expect(found).toMatchObject({ checkpoint: given, restored: { reason: 'disk_failure' } })
    expect(await look(found as Memory, server(given, [own.listed]), LATER)).not.toHaveProperty('restored')
  })

  it('is an alarm without a declaration about just what was seen', async () => {
    const other = await Sequencer.make()
    const excuses: [string, unknown[]][] = [
      ['none', []],
      ['signed by another key', [await declared(own, {}, other)]],
      ['of another log', [await declared(own, { origin: 'fieldapp/two' })]],
      ['of what was lost before', [await declared(own, { at: '2026-11-21T00:00:00.000Z' })]],
      ['of less than was seen', [await declared(own, { lost: { size: 199, root: 'ee'.repeat(32), at: NOW } })]],
      ['that kept what was seen', [await declared(own, { kept: { size: 200, root: 'aa'.repeat(32), at: NOW } })]],
      ['that names another end', [await declared(own, { lost: { size: 200, root: 'bb'.repeat(32), at: NOW } })]],
      ['that kept something else', [await declared(own, { kept: { size: grown.from, root: 'cc'.repeat(32), at: NOW } })]],
      ['no declaration at all', [{ body: '{}', signature: '', key_id: '' }]],
    ]
    for (const [what, restorations] of excuses) {
      const found = await look(seen, server(given, [own.listed], grown.proof, restorations), LATER)
      expect(isAlarm(found), what).toBe(true)
    }
  })

  it('never excuses a change of what was seen before it', async () => {
    const earlier = [await own.checkpoint(grown.from, 'dd'.repeat(32), 'fieldapp/one', '2026-11-20T00:00:00.000Z')]

    const found = await look({ ...seen, earlier }, server(given, [own.listed], grown.proof, [await declared(own)]), LATER)

    expect(isAlarm(found)).toBe(true)
  })
})
