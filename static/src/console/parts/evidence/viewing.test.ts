import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { ASKED_EVERY_MS } from '../../again'
import type { EvidenceView, ViewingCopy } from './types'
import { useViewing } from './viewing'

const copy = (state: ViewingCopy['state'], percent: number | null = null): ViewingCopy => ({ state, percent, reason: null, width: null, height: null, size: null })
const video = (viewing: ViewingCopy | null) => ({ id: 'v1', bytes: { viewing } }) as EvidenceView

describe('a video’s viewing copy', () => {
  const answers: ViewingCopy[] = []
  let asked = 0
  beforeEach(() => {
    vi.useFakeTimers()
    asked = 0
    vi.stubGlobal('fetch', () => {
      asked++
      return Promise.resolve(Response.json({ id: 'v1', bytes: { viewing: answers.shift() } }))
    })
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('is asked for again while it is made, until it can be played', async () => {
    answers.push(copy('making', 40), copy('ready'))
    const scope = effectScope()
    const { copy: shown } = scope.run(() => useViewing(() => video(copy('waiting'))))!

    await vi.advanceTimersByTimeAsync(ASKED_EVERY_MS)
    expect(shown.value).toMatchObject({ state: 'making', percent: 40 })
    await vi.advanceTimersByTimeAsync(ASKED_EVERY_MS)
    expect(shown.value?.state).toBe('ready')
    await vi.advanceTimersByTimeAsync(10 * ASKED_EVERY_MS)
    expect(asked).toBe(2)
    scope.stop()
  })

  it('is not asked for after its screen was left, nor of a photo', async () => {
    const scope = effectScope()
    scope.run(() => useViewing(() => video(copy('waiting'))))
    scope.stop()
    const other = effectScope()
    other.run(() => useViewing(() => video(null)))

    await vi.advanceTimersByTimeAsync(10 * ASKED_EVERY_MS)
    other.stop()

    expect(asked).toBe(0)
  })
})
