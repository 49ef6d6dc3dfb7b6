/** Records and seals stay 90 days after their receipt; then the server's copy is the only one. */
import { deleteChunks } from '../local/chunks'
import { taskFact } from '../local/drafts'
import type { Local } from '../local/person'

const KEPT = 90 * 24 * 3600_000

export async function forgetOld(from: Local, now = Date.now()): Promise<void> {
  const { database } = from
  const old = await database.parcels.where('doneAt').between(1, now - KEPT).primaryKeys()
  if (!old.length) return
  const tables = [database.parcels, database.records, database.drafts, database.captures, database.chunks, database.receipts, database.facts]
  await database.transaction('rw', tables, async () => {
    const captures = await database.captures.where('draftId').anyOf(old).primaryKeys()
    for (const id of captures) await deleteChunks(id, from)
    await database.captures.bulkDelete(captures)
    await database.facts.bulkDelete(old.map(taskFact))
    await Promise.all([database.parcels, database.records, database.drafts, database.receipts].map(table => table.bulkDelete(old)))
  })
}
