/** For how long each photo was before the eyes: pure bookkeeping over a clock that the caller reads. */

/** What is in view for a shorter time was passed, not looked at. The server's own limit is lower. */
export const SEEN_MS = 800

export class Dwell {
  private readonly kept = new Map<string, number>()
  private readonly since = new Map<string, number>()
  private paused = false

  enter(photo: string, now: number): void {
    if (!this.since.has(photo)) this.since.set(photo, now)
  }

  leave(photo: string, now: number): void {
    this.keep(photo, now)
    this.since.delete(photo)
  }

  /** The window was covered, or the person went elsewhere: nothing is being looked at. */
  pause(now: number): void {
    for (const photo of this.since.keys()) this.keep(photo, now)
    this.paused = true
  }

  resume(now: number): void {
    for (const photo of this.since.keys()) this.since.set(photo, now)
    this.paused = false
  }

  /** Whole milliseconds so far. */
  of(photo: string, now: number): number {
    return Math.floor((this.kept.get(photo) ?? 0) + this.running(photo, now))
  }

  private running(photo: string, now: number): number {
    const since = this.since.get(photo)
    return since === undefined || this.paused ? 0 : Math.max(0, now - since)
  }

  private keep(photo: string, now: number): void {
    this.kept.set(photo, (this.kept.get(photo) ?? 0) + this.running(photo, now))
    this.since.set(photo, now)
  }
}
