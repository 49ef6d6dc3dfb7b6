import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { sha256Of } from './hashing'
import { CHUNK } from './local/vault'

/** As a phone short of memory leaves it: it takes what it is given and never answers. */
class DeadWorker {
  postMessage() {}
}

beforeEach(() => {
  vi.stubGlobal('Worker', DeadWorker)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('hashes on where its worker was taken away', async () => {
  const bytes = new Uint8Array(2 * CHUNK + 5).fill(7)
  let hash: string | null = null
  void sha256Of(bytes.buffer).then((found) => { hash = found })
  await vi.waitFor(async () => {
    await vi.advanceTimersByTimeAsync(5000)
    expect(hash).toBe(createHash('sha256').update(bytes).digest('hex'))
  })
})
