/** A video or a recording under way: each second is on the phone before the next one is filmed, so that a crash costs one second. */
import { nowText } from '../clock'
import { newId } from '../ids'
import { stayOpen } from '../locking'
import { ifFree } from '../locks'
import { currentFix, positionState, type PositionState } from '../position'
import { Trouble } from '../trouble'
import type { Capture, Fix } from '../types'
import { keepCapture, type Taken } from './captures'
import { pieceCount, dropPieces, readPieces, writePiece } from './chunks'
import type { FilmRow } from './database'
import { draftIn } from './drafts'
import { mine, type Local } from './person'
import { kept, orNull } from './vault'

export type FilmOf = Pick<Taken, 'draft' | 'question' | 'category' | 'shot' | 'findingId'> & { mediaType: string }

/** What makes the film a capture, also after a crash: what was true when it was begun. */
interface FilmFacts extends Omit<FilmOf, 'draft'> {
  capturedAt: string
  fix: Fix | null
  positionState: PositionState
}

export interface Film {
  /** Keeps the next second; they are kept in their order. One that cannot be kept ends the film. */
  add(piece: Blob): void
  /** What ends it, for whoever needs the whole now; its owner then calls `finish`. */
  endedBy(stop: () => void): void
  /** The whole as a capture. Throws Trouble: NoSpace, NotKept, Empty; what was kept until then is recovered at the next start. */
  finish(): Promise<Capture>
}

/** Of this tab. `ended` resolves when `finish` has kept it, with null, or could not, with what it threw. */
interface UnderWay {
  draftId: string
  /** null before there is anything to stop. */
  stop: (() => void) | null
  ended: Promise<unknown>
}

const underWay = new Map<string, UnderWay>()

export async function beginFilm({ draft, ...what }: FilmOf): Promise<Film> {
  const from = mine()
  const id = newId()
  const fix = currentFix()
  const facts: FilmFacts = { ...what, capturedAt: nowText(), fix: fix && { ...fix }, positionState: positionState.value }
  const sealed = await from.vault.sealJson(place(id), facts)
  const release = await holdFilm(id) // before its row is there: to a tab that opens now it would be one that a crash cut off
  await kept(from.database.films.add({ id, draftId: draft.id, sealed })).catch((error: unknown) => { release(); throw error })
  const mayLock = stayOpen()
  let settled: (error: unknown) => void = () => {}
  const running: UnderWay = { draftId: draft.id, stop: null, ended: new Promise((resolve) => { settled = resolve }) }
  underWay.set(id, running)
  let number = 0
  let cannotGoOn = false
  let writing: Promise<void> = Promise.resolve()
  return {
    add(piece) {
      const index = number++
      writing = writing.then(async () => writePiece(id, index, await piece.arrayBuffer(), from))
      writing.catch(() => { // told by finish; what came now would not be kept either
        cannotGoOn = true
        running.stop?.()
      })
    },
    endedBy(stop) {
      running.stop = stop
      if (cannotGoOn) stop()
    },
    async finish() {
      let error: unknown = null
      try {
        await writing
        if (number === 0) await forget(id, from)
        return await captured({ id, draft, facts }, from)
      } catch (thrown) {
        error = thrown
        throw thrown
      } finally {
        underWay.delete(id)
        release()
        mayLock()
        settled(error)
      }
    },
  }
}

/**
 * Ends what is being filmed or recorded for the draft, and waits until it is kept; what a crash cut off is kept too.
 * Throws Trouble StillFilming while another tab films for it, and what keeping it throws.
 */
export async function keepFilms(draftId: string, from: Local = mine()): Promise<void> {
  const running = [...underWay.values()].filter(film => film.draftId === draftId && film.stop)
  running.forEach(({ stop }) => stop?.())
  const errors = await Promise.all(running.map(({ ended }) => ended))
  const error = errors.find(one => one !== null && !(one instanceof Trouble && one.code === 'Empty'))
  if (error !== undefined) throw error
  await recoverFilms(from, draftId)
  for (const { id } of await from.database.films.where('draftId').equals(draftId).toArray()) {
    if ((await ifFree(lockOf(id), () => Promise.resolve())) !== 'taken') continue // cannot be read: it holds up nothing
    throw new Trouble('StillFilming', '另一个标签页正在为这次检查录音或录像，请先在那里停止。', 'Another tab is recording for this visit; stop it there first.')
  }
}

/**
 * Films that a crash cut off become captures of their drafts; how many. Those that another tab is filming are left alone,
 * and one that cannot be kept holds up no other. Throws Trouble: NoSpace, NotKept.
 */
export async function recoverFilms(from: Local = mine(), draftId?: string): Promise<number> {
  const rows = await (draftId ? from.database.films.where('draftId').equals(draftId).toArray() : from.database.films.toArray())
  const ends: PromiseSettledResult<boolean | 'taken'>[] = []
  for (const row of rows) ends.push(...await Promise.allSettled([ifFree(lockOf(row.id), () => recover(row, from))]))
  const failed = ends.find(end => end.status === 'rejected')
  if (failed) throw failed.reason
  return ends.filter(end => end.status === 'fulfilled' && end.value === true).length
}

async function recover(row: FilmRow, from: Local): Promise<boolean> {
  const { database, vault } = from
  const draft = await database.drafts.get(row.draftId)
  const known = await database.captures.get(row.id)
  if (known || !draft || (await pieceCount(row.id, from)) === 0) return forget(row.id, from)
  if (draft.state !== 'draft') return false // handed over: it is recovered when the draft is taken back
  const facts = await orNull(vault.openJson<FilmFacts>(place(row.id), row.sealed))
  const whole = facts && (await orNull(draftIn(row.draftId, from)))
  if (!whole) return false // what it shows cannot be read; its pieces stay
  return captured({ id: row.id, draft: whole, facts }, from).then(() => true, ofNothing)
}

/** Its first second cannot be read: the pieces stay, and are no film. */
function ofNothing(error: unknown): false {
  if (error instanceof Trouble && error.code === 'Empty') return false
  throw error
}

async function captured({ id, draft, facts }: { id: string; draft: Taken['draft']; facts: FilmFacts }, from: Local): Promise<Capture> {
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
function holdFilm(id: string): Promise<() => void> {
  return new Promise(held => void ifFree(lockOf(id), () => new Promise<void>(release => held(release))))
}

function lockOf(id: string): string {
  return `fieldapp-film-${id}`
}

function place(id: string): string {
  return `films/${id}`
}
