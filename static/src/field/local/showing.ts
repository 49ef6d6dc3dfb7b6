/** Pictures that came with a task and are kept sealed on the phone, to be looked at without a network. */
import type { ShallowRef } from 'vue'
import type { Row } from './database'
import { followed } from './live'

/** The picture kept under this id, as soon as the phone has it; null where it never had the network to fetch it. */
export function keptPicture(id: string): ShallowRef<ArrayBuffer | null> {
  return followed<Row | undefined, ArrayBuffer | null>(
    ({ database }) => database.facts.get(id),
    async (row, { vault }) => (row ? vault.open(`facts/${id}`, row.sealed) : null),
    null,
  )
}
