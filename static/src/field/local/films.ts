/** A video under way: each second is on the phone before the next one is filmed, so that a crash costs one second. */
import { nowText } from '../clock'
import { newId } from '../ids'
import { ifFree } from '../locks'
import { currentFix, positionState, type PositionState } from '../position'
import type { Capture, Fix } from '../types'
import { keepCapture, type Taken } from './captures'
import { pieceCount, dropPieces, readPieces, writePiece } from './chunks'
import type { FilmRow } from './database'
import { draftIn } from './drafts'
import { mine, type Local } from './person'
import { kept } from './vault'

export type FilmOf = Pick<Taken, 'draft' | 'question' | 'category' | 'shot' | 'findingId'> & { mediaType: string }

/** What makes the film a capture, also after a crash: what was true when it was begun. */
interface FilmFacts extends Omit<FilmOf, 'draft'> {
  capturedAt: string
  fix: Fix | null
  positionState: PositionState
}

export interface Film {
  /** Keeps the next second; they are kept in their order. */
  add(piece: Blob): void
  /** The whole as a capture. Throws Trouble: NoSpace, NotKept, Empty; what was kept until then is recovered at the next start. */
  finish(): Promise<Capture>
}

export async function beginFilm({ draft, ...what }: FilmOf): Promise<Film> {
  const from = mine()
  const id = newId()
  const fix = currentFix()
  const facts: FilmFacts = { ...what, capturedAt: nowText(), fix: fix && { ...fix }, positionState: positionState.value }
  await kept(from.database.films.add({ id, draftId: draft.id, sealed: await from.vault.sealJson(place(id), facts) }))
  const release = holdFilm(id)
  let number = 0
  let writing: Promise<void> = Promise.resolve()
  return {
    add(piece) {
      const index = number++
      writing = writing.then(async () => writePiece(id, index, await piece.arrayBuffer(), from))
      writing.catch(() => {}) // told by finish
    },
    async finish() {
      try {
        await writing
        return await whole({ id, draft, facts }, from)
      } finally {
        release()
      }
    },
  }
}

/** Films that a crash cut off become captures of their drafts; how many. Those that another tab is filming are left alone. */
export async function recoverFilms(from: Local = mine(), draftId?: string): Promise<number> {
  const rows = await (draftId ? from.database.films.where('draftId').equals(draftId).toArray() : from.database.films.toArray())
  let found = 0
  for (const row of rows) {
    const outcome = await ifFree(lockOf(row.id), () => recover(row, from))
    if (outcome === true) found += 1
  }
  return found
}

async function recover(row: FilmRow, from: Local): Promise<boolean> {
  const { database, vault } = from
  const draft = await database.drafts.get(row.draftId)
  const known = await database.captures.get(row.id)
  if (known || !draft || (await pieceCount(row.id, from)) === 0) return forget(row.id, from)
  if (draft.state !== 'draft') return false // handed over: it is recovered when the draft is taken back
  const facts = await vault.openJson<FilmFacts>(place(row.id), row.sealed)
  await whole({ id: row.id, draft: await draftIn(row.draftId, from), facts }, from)
  return true
}

async function whole({ id, draft, facts }: { id: string; draft: Taken['draft']; facts: FilmFacts }, from: Local): Promise<Capture> {
  const bytes = await readPieces(id, from)
  const capture = await keepCapture({ ...facts, id, draft, bytes, capture: 'live' })
  await forget(id, from)
  return capture
}

async function forget(id: string, from: Local): Promise<false> {
  const { database } = from
  await database.transaction('rw', database.films, database.chunks, async () => {
    await dropPieces(id, from)
    await database.films.delete(id)
  })
  return false
}

/** Held while this tab films; the browser lets go of it when the tab dies. */
function holdFilm(id: string): () => void {
  let release = () => {}
  void ifFree(lockOf(id), () => new Promise<void>((resolve) => { release = resolve }))
  return () => release()
}

function lockOf(id: string): string {
  return `fieldapp-film-${id}`
}

function place(id: string): string {
  return `films/${id}`
}
