/** A phone that skipped releases: what the first version of the app kept opens, counts and is sent. */
import { bytesOfSize, Server, take } from '../phone.testing'
import Dexie from 'dexie'
import { beforeEach, expect, it } from 'vitest'
import { published } from '../../shared/checklist/cases.testing'
import { parcelsIn } from '../outbox/parcel'
import { runOutbox } from '../outbox/runner'
import { restoreSession } from '../session'
import { capturesIn } from './captures'
import { linksOf } from './chain'
import { openDraft } from './drafts'
import { finishDraft } from './finishing'
import { dataKeyOf, keyring } from './keyring'
import { closeLocal, mine } from './person'
import recorded from './recorded/version-1.json'
import { Vault } from './vault'

/** As the first release declared it: never to be changed with database.ts. */
const FIRST = {
  tasks: 'id', editions: 'id', drafts: 'id, state, [id+state+changedAt]', captures: 'id, draftId', chunks: '[captureId+part+index], captureId',
  parcels: 'id, queuedAt, doneAt', records: 'id', receipts: 'id', facts: 'id',
}

type RecordedRow = { id: string; value: unknown; captureId: string; part: string; index: number; bytes: string; thumb?: null }

let server: Server

beforeEach(async () => {
  closeLocal()
  await Dexie.delete(`fieldapp-${recorded.personId}`)
  await layDown()
  server = await Server.started()
  const [device] = recorded.keyring.devices
  server.devices.set(device!.id, { personId: recorded.personId, publicKey: device!.publicKey })
  server.cookie = recorded.personId
  await keyring.serverKeys.put({ ...(await server.receiptKey()), pinnedAt: '' })
  await restoreSession()
})

/** The recorded rows in a database of the first version, sealed by this phone's key. */
async function layDown(): Promise<void> {
  const { devices, facts } = recorded.keyring
  await keyring.devices.bulkPut(await Promise.all(devices.map(async device => ({ ...device, privateKey: await privateKey(device.privateKey) }))))
  await keyring.facts.bulkPut(facts)
  const vault = new Vault(await dataKeyOf(recorded.personId))
  const old = new Dexie(`fieldapp-${recorded.personId}`)
  old.version(1).stores(FIRST)
  for (const [name, rows] of Object.entries(recorded.tables) as [string, RecordedRow[]][]) {
    await old.table(name).bulkPut(await Promise.all(rows.map(row => rowOf(name, row, vault))))
  }
  old.close()
}

async function rowOf(table: string, { value, bytes, ...row }: RecordedRow, vault: Vault) {
  if (table === 'chunks') {
    return { ...row, sealed: await vault.seal(`chunks/${row.captureId}/${row.part}/${row.index}`, Uint8Array.from(atob(bytes), char => char.charCodeAt(0))) }
  }
  return { ...row, sealed: await vault.sealJson(`${table}/${row.id}`, value === '@published' ? published.edition : value) }
}

function privateKey(jwk: object): Promise<CryptoKey> {
  return crypto.subtle.importKey('jwk', jwk as JsonWebKey, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
}

const ids = (state: string) => recorded.tables.drafts.filter(row => row.state === state).map(row => row.id)

it('opens its draft with its photos, its own checklist and its place in the chain', async () => {
  const draft = await openDraft(ids('draft')[0]!)
  expect(draft.answers['fire.fire_lane@site']!.answer.words).toBe('消防通道堵塞')
  expect(await capturesIn(draft.id)).toHaveLength(2)
  const added = await take(draft)
  const last = recorded.tables.facts.find(({ id }) => id === 'seal-chain')!.value as { sha256: string }
  expect(JSON.parse(added.seal)).toMatchObject({ position: 1, previous: last.sha256 })
})

it('sends its full queue once, byte for byte, and its draft after it', async () => {
  const [draftId] = ids('draft')
  await runOutbox(mine(), server.way)
  await finishDraft(draftId!)
  await runOutbox(mine(), server.way)

  expect([...server.records.keys()].sort()).toEqual([...ids('queued'), draftId!].sort())
  const originals = [...server.blobs.values()].map(bytes => Buffer.from(bytes).toString('base64')).sort()
  const expected = [[2000, 3], [1500, 13], [2000, 1], [1500, 11]].map(([size, seed]) => Buffer.from(bytesOfSize(size!, seed)).toString('base64')).sort()
  expect(originals).toEqual(expected)
  expect((await parcelsIn(mine())).map(({ receiptAt }) => receiptAt === null)).toEqual([false, false, false])
  const record = server.records.get(ids('queued')[0]!)!
  const kept = recorded.tables.records.find(({ id }) => id === ids('queued')[0])!.value as { body: string }
  expect(record.body).toBe(kept.body)
})

it('invents no links for the visits that the first version sealed', async () => {
  expect(await linksOf(ids('draft'), new Set(), mine())).toEqual([])
})
