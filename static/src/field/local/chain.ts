/** This phone's chain of seals: links are forged one after the other and kept together with what they speak of. */
import { clockOffsetMs } from '../clock'
import { deviceOf } from '../device'
import { sha256OfText } from '../hashing'
import { inTurn } from '../locks'
import { sealed, type Said, type Seal } from '../sealing'
import { Trouble } from '../trouble'
import type { LinkRow, Row } from './database'
import { fact, keepFact } from './keyring'
import { personalFact, type Local } from './person'
import { apart, kept, orNull } from './vault'

/** A link as it travels. */
export interface Link {
  seal: string
  signature: string
}

/** Ready to be kept: by `keepLinks`, in the transaction that keeps what the links speak of. */
export interface Forged {
  seals: Seal[]
  links: LinkRow[]
  head: Row
}

interface Head {
  deviceId: string
  /** null: of a link that cannot be read; whoever looks sees that the chain is broken there. */
  sha256: string | null
  /** Missing where the first version of the app sealed last: it had no places. */
  position?: number
}

const HEAD = 'seal-chain'

/** Forging, keeping, removing and handing in wait for each other: each link names the one before it. */
export function inChainOrder<T>({ personId }: Local, act: () => PromiseLike<T>): Promise<T> {
  return inTurn(`fieldapp-captures-${personId}`, async () => act())
}

/** The next links, in order. To be called inside `inChainOrder`; nothing is kept yet. */
export async function forge(said: readonly Said[], from: Local): Promise<Forged> {
  const device = await deviceOf(from.personId)
  if (!device) throw new Trouble('NoDevice', '本机没有登记密钥，请联网重新登录一次。', 'This phone has no key; sign in again with a network.')
  let head = await headOf(device.id, from)
  const seals: Seal[] = []
  const links: LinkRow[] = []
  for (const one of said) {
    const position = (head?.position ?? 0) + 1
    const seal = await sealed(device, one, { position, previous: head?.sha256 ?? null, clock_offset_ms: clockOffsetMs.value })
    head = { deviceId: device.id, sha256: seal.sha256, position }
    seals.push(seal)
    links.push(await linkRow(placeOf(device.id, position), one.subject.id, seal, from))
  }
  return { seals, links, head: { id: HEAD, sealed: await from.vault.sealJson(`facts/${HEAD}`, head) } }
}

/** Inside a transaction on `links` and `facts`. */
export async function keepLinks({ links, head }: Forged, { database }: Local): Promise<void> {
  await database.links.bulkAdd(links)
  await database.facts.put(head)
}

/** The links about a visit and its task that are no seal of a photo in `besides`, in the order of the chain. */
export async function linksOf(subjects: readonly string[], besides: ReadonlySet<string>, { database, vault }: Local): Promise<Link[]> {
  const rows = await database.links.where('subject').anyOf(subjects).sortBy('id')
  const { found } = await apart(rows, row => vault.openJson<Link>(`links/${row.id}`, row.sealed)) // a gap in the chain is seen
  return found.filter(({ seal }) => !besides.has(seal))
}

/** Links made on another phone, taken over with a draft; those that are here already stay. Inside a transaction on `links`. */
export function adoptLinks(rows: readonly LinkRow[], { database }: Local): PromiseLike<unknown> {
  return database.links.bulkPut([...rows])
}

export async function foreignLinkRow(subject: string, link: Link, from: Local): Promise<LinkRow> {
  const { device_id, position } = JSON.parse(link.seal) as { device_id: string; position: number }
  const id = placeOf(device_id, position)
  return { id, subject, sentAt: 0, sealed: await from.vault.sealJson(`links/${id}`, link) }
}

interface Waiting {
  subject: string
  link: Link
}

/**
 * Before everything else of the person leaves the phone: the chain goes on where it ended, and what was said of tasks and
 * not sent (收到, for one) is sent at the next sign-in. Links of visits travel with their visits.
 */
export async function rememberChain(from: Local): Promise<void> {
  const head = await personalFact<Head>(HEAD, from)
  if (head) await keepFact(`chain-of ${head.deviceId}`, head)
  const rows = await from.database.links.where('sentAt').equals(0).toArray()
  const { found } = await apart(rows, async ({ id, subject, sealed }): Promise<Waiting> => (
    { subject, link: await from.vault.openJson<Link>(`links/${id}`, sealed) }))
  await keepFact(`links-of ${from.personId}`, found.filter(({ link }) => isOfTask(link)))
}

export async function recallLinks(from: Local): Promise<void> {
  const name = `links-of ${from.personId}`
  const waiting = (await fact<Waiting[]>(name)) ?? []
  if (!waiting.length) return
  const rows = await Promise.all(waiting.map(({ subject, link }) => foreignLinkRow(subject, link, from)))
  await kept(from.database.links.bulkPut(rows))
  await keepFact(name, null)
}

function isOfTask({ seal }: Link): boolean {
  return (JSON.parse(seal) as { subject?: { kind: string } }).subject?.kind === 'task'
}

async function headOf(deviceId: string, from: Local): Promise<Head | null> {
  const here = await personalFact<Head>(HEAD, from)
  if (here?.deviceId === deviceId) return here
  const known = [await lastLink(deviceId, from), await fact<Head>(`chain-of ${deviceId}`)].filter(head => head !== null)
  return known.sort((a, b) => (b.position ?? 0) - (a.position ?? 0))[0] ?? null
}

/** The end of the chain by its links, where the fact that names it cannot be read: to begin anew would be a fork. */
async function lastLink(deviceId: string, { database, vault }: Local): Promise<Head | null> {
  const row = await database.links.where('id').startsWith(`${deviceId}/`).last()
  if (!row) return null
  const link = await orNull(vault.openJson<Link>(`links/${row.id}`, row.sealed))
  return { deviceId, sha256: link && (await sha256OfText(link.seal)), position: Number(row.id.split('/')[1]) }
}

async function linkRow(id: string, subject: string, { text, signature }: Seal, { vault }: Local): Promise<LinkRow> {
  return { id, subject, sentAt: 0, sealed: await vault.sealJson(`links/${id}`, { seal: text, signature } satisfies Link) }
}

/** Sorts as the chain does. */
function placeOf(deviceId: string, position: number): string {
  return `${deviceId}/${String(position).padStart(9, '0')}`
}
