/**
 * An older database was put back on the server: what was receipted since then is in no row there any more, though its
 * bytes are in the store. Records and seals are offered again; the server adopts the bytes and gives its receipts anew.
 * To believe a false word of it costs some traffic and nothing else: what the server has already is the same answer.
 */
import { at } from '../../shared/api/describing'
import { tell, type News } from '../local/news'
import { personalFact, type Local } from '../local/person'
import { isNoSpace, kept, keptIfRoom } from '../local/vault'
import { parcelRow, parcelsIn, type Parcel } from './parcel'
import type { Run } from './run'
import { get } from '../wire'
import { verdict } from './verdict'

interface Restoration {
  id: string
  at: string
  kept: { at: string }
}

const FACT = 'restorations'
const ASKED_EVERY = 600_000
/** By how much the phone may have been wrong about the server's time when it wrote down that links were sent. */
const SLACK = 2 * 24 * 3600_000

const askedAt = new WeakMap<Local, number>()

/** Whether there is something to send again. */
export async function offerAgain(run: Run): Promise<boolean> {
  const { from, insist } = run
  if (!insist && Math.abs(run.now() - (askedAt.get(from) ?? -Infinity)) < ASKED_EVERY) return false
  const reply = await run.ask(get(at('/api/restorations')))
  if (verdict(reply) !== 'arrived') return false
  askedAt.set(from, run.now())
  const said = reply.body?.items ?? []
  const known = (await personalFact<string[]>(FACT, from)) ?? []
  const fresh = said.map(({ body }) => JSON.parse(body) as Restoration).filter(({ id }) => !known.includes(id))
  if (!fresh.length) return false
  const since = fresh.map(({ kept: { at } }) => at).sort()[0]!
  return lay(since, [...known, ...fresh.map(({ id }) => id)], from).catch((error: unknown) => {
    if (!isNoSpace(error)) throw error
    askedAt.delete(from) // a full phone hears of it again: what was sent in this pass may have made room
    run.putOff = true
    return false
  })
}

async function lay(since: string, heard: string[], from: Local): Promise<boolean> {
  const { database, vault } = from
  const parcels = (await parcelsIn(from)).filter(({ record, receiptAt }) => record !== 'waiting' && (!receiptAt || receiptAt >= since))
  parcels.forEach(putBack)
  const rows = await Promise.all(parcels.map(parcel => parcelRow(parcel, from)))
  const fact = { id: FACT, sealed: await vault.sealJson(`facts/${FACT}`, heard) }
  const { parcels: table, links, drafts, facts } = database
  await kept(database.transaction('rw', table, links, drafts, facts, async () => {
    await table.bulkPut(rows)
    for (const { id } of parcels) await drafts.update(id, { state: 'queued' })
    await links.where('sentAt').above(Date.parse(since) - SLACK).modify({ sentAt: 0 })
    await facts.put(fact)
  }))
  await keptIfRoom(tell(parcels.map((parcel): News => ({ kind: 'offered_again', id: parcel.id, project: parcel.projectName, at: since })), from))
  return true
}

/** As before its first try, but for its files: the server is asked which of them it lacks, and nothing is refused for good. */
function putBack(parcel: Parcel): void {
  Object.assign(parcel, { record: 'waiting', receiptAt: null, problem: null })
  for (const file of parcel.files) {
    if (file.state === 'waiting') file.upload = null
    else Object.assign(file, { state: 'checking', upload: null, detail: null, checkingSince: 0 })
  }
}
