/** Pictures that came with a task and are kept sealed on the phone, to be looked at without a network. */
import type { ShallowRef } from 'vue'
import type { Row } from './database'
import { followed } from './live'
import type { Local } from './person'
import { kept } from './vault'
import type { Reach } from '../wire'

/** The picture kept under this id, as soon as the phone has it; null where it never had the network to fetch it. */
export function keptPicture(id: string): ShallowRef<ArrayBuffer | null> {
  return followed<Row | undefined, ArrayBuffer | null>(
    ({ database }) => database.facts.get(id),
    async (row, { vault }) => (row ? vault.open(`facts/${id}`, row.sealed) : null),
    null,
  )
}

/** Nice to have, so a failure is no failure: the words come with the task itself. A portal's page is no picture, and not kept for one. */
export async function keepPicture(id: string, url: string, { database, vault }: Local, reach: Reach): Promise<void> {
  if (await database.facts.get(id)) return
  const reply = await reach(url, { credentials: 'same-origin' }).catch(() => null)
  if (!reply?.ok || reply.headers.get('Content-Type')?.startsWith('text/')) return
  const sealed = await vault.seal(`facts/${id}`, await reply.arrayBuffer())
  await kept(database.facts.put({ id, sealed }))
}
