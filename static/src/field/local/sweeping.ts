/** Pieces of nothing: what a crash left behind before its capture counted. */
import { ifFree } from '../locks'
import { inChainOrder } from './chain'
import { deleteChunks } from './chunks'
import { mine, type Local } from './person'

/** Held together by all who bring pieces whose captures come later: a photo being kept, a file being taken in. */
export function incoming({ personId }: Local): string {
  return `fieldapp-incoming-${personId}`
}

/** Leaves them alone while any are brought: another start sweeps. */
export async function sweepChunks(from: Local = mine()): Promise<void> {
  await ifFree(incoming(from), () => sweep(from))
}

async function sweep(from: Local): Promise<void> {
  const { database } = from
  await inChainOrder(from, () => database.transaction('rw', database.captures, database.films, database.chunks, async () => {
    const held = new Set([...await database.captures.toCollection().primaryKeys(), ...await database.films.toCollection().primaryKeys()])
    const ids = (await database.chunks.orderBy('captureId').uniqueKeys()) as string[]
    for (const id of ids.filter(found => !held.has(found))) await deleteChunks(id, from)
  }))
}
