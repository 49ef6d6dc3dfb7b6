/** Links of the chain go to the server at every contact, ahead of their visits: what was begun there is known here. */
import { at } from '../../shared/api/describing'
import { byServer } from '../clock'
import { apart, keptIfRoom } from '../local/vault'
import type { Link } from '../local/chain'
import type { Local } from '../local/person'
import { post, type Call, type Reply } from '../wire'
import { verdict } from './verdict'

/** Of one call; a link has at most a few kilobytes. */
const MOST = 100

/** Of a pass, or of who signs out. */
interface Sending {
  from: Local
  anew: boolean
  now: () => number
  ask: <T>(call: Call<T>) => Promise<Reply<T>>
}

/** They travel with their record as well, so a server that does not take them now holds nothing up. */
export async function sendSeals(run: Sending): Promise<void> {
  const { database, vault } = run.from
  const waiting = await database.links.where('sentAt').equals(0).sortBy('id')
  for (let first = 0; first < waiting.length && !run.anew; first += MOST) {
    const rows = waiting.slice(first, first + MOST)
    const { found: seals } = await apart(rows, row => vault.openJson<Link>(`links/${row.id}`, row.sealed))
    const reply = await run.ask(post(at('/api/seals'), { seals }))
    if (verdict(reply) !== 'arrived') return
    const sentAt = byServer(run.now()) // what a declared break of the log is held against
    await keptIfRoom(database.links.bulkUpdate(rows.map(({ id }) => ({ key: id, changes: { sentAt } }))))
  }
}
