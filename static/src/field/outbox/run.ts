/** What one pass of the outbox shares between its steps. */
import type { Local } from '../local/person'
import { keptIfRoom } from '../local/vault'
import { askSigned } from '../session'
import type { Answered, Call, Reach } from '../wire'
import type { Carry } from './carrying'
import { keepParcel, type Parcel } from './parcel'

/** How the outbox reaches the world. */
export interface Way {
  reach: Reach
  carry: Carry
  /** Whether the large files may travel over this network; a person who asks for it sends them over any. */
  originalsMayGo: () => boolean
}

/** Now is not the time: the pass ends, everything stays as it is. */
export class Later extends Error {
  /** `reached`: the server answered, it only cannot take it now. */
  constructor(readonly reached = true, readonly retryAfterMs: number | null = null) {
    super('later')
  }
}

/** The same of one visit alone: the others need not wait for it. */
export class LaterForOne extends Later {}

/** A server that can answer nothing is not asked for each of fifty visits, nor a dead network tried for each of their files. */
const MOST_PUT_OFF = 10
const MOST_CUT_OFF = 2

/** Files that earlier passes put off: they come after those that nothing is known against. */
const putOffBefore = new WeakMap<Local, Set<string>>()

export class Run {
  /** Something was put off although the network is there; the pass went on with the rest. */
  putOff = false
  /** Something new is to be sent first: the pass starts over at the next file. */
  anew = false
  /** A record or a part arrived: whatever ends the pass, the network carries something. */
  moved = false
  /** Whether the last word of the network was an answer. */
  reached = true
  private inARow = 0
  private cutInARow = 0
  private keeping: Promise<void> = Promise.resolve()
  private readonly fresh = new Set<string>()

  constructor(
    readonly from: Local,
    readonly way: Way,
    readonly signal: AbortSignal,
    /** A person asked: also try again what was refused. */
    readonly insist: boolean,
    readonly now: () => number,
  ) {}

  /** As the person whose parcels these are, or not at all. Throws Later where nothing can be sent at all. */
  async ask<T>(call: Call<T>): Promise<Answered<T>> {
    this.requireGoing()
    const reply = await askSigned({ ...call, signal: this.signal }, this.way.reach, this.from.personId)
    if (reply === 'unreachable') throw new Later(false)
    this.reached = true
    if (reply.status === 401 || reply.status === 429) throw new Later(true, reply.retryAfterMs)
    return reply
  }

  /** One after the other: a parcel's later state never lands before its earlier one. */
  keep(parcel: Parcel): Promise<void> {
    this.keeping = this.keeping.catch(() => {}).then(() => keptIfRoom(keepParcel(parcel, this.from)))
    return this.keeping
  }

  /** A step of one visit, which is put off where the server cannot take it now; what comes after it goes on. */
  async apart(step: () => Promise<void>): Promise<void> {
    const before = this.inARow
    try {
      await step()
      if (this.inARow === before) this.inARow = 0
    } catch (error) {
      if (!(error instanceof LaterForOne)) throw error
      this.putOff = true
      this.inARow += 1
    }
  }

  /** So many could not be taken one after the other that no more are tried of these; what comes next begins anew. */
  get hasEnough(): boolean {
    return this.inARow >= MOST_PUT_OFF || this.cutInARow >= MOST_CUT_OFF
  }

  beginNext(): void {
    this.inARow = this.cutInARow = 0
  }

  /** `cut`: the way to the store, not its answer. */
  putOffFile(sha256: string, cut: boolean): void {
    this.putOff = true
    this.inARow += 1
    this.cutInARow = cut ? this.cutInARow + 1 : 0
    this.reached = !cut
    putOffBefore.set(this.from, (putOffBefore.get(this.from) ?? new Set()).add(sha256))
  }

  /** Sorts last. */
  wasPutOff(sha256: string): boolean {
    return putOffBefore.get(this.from)?.has(sha256) ?? false
  }

  arrived(sha256?: string): void {
    this.moved = this.reached = true
    this.beginNext()
    if (sha256) putOffBefore.get(this.from)?.delete(sha256)
  }

  /** What a target says of bytes already there holds until something is sent to it. */
  takeNote(targets: readonly { id: string }[]): void {
    for (const { id } of targets) this.fresh.add(id)
  }

  /** Whether that still holds; from now on it does not. */
  isFresh(uploadId: string): boolean {
    return this.fresh.delete(uploadId)
  }

  requireGoing(): void {
    if (this.signal.aborted) throw new Later()
  }
}
