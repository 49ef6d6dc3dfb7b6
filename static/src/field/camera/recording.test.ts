import { Server, signedInPhone, visitWith } from '../phone.testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { bytesOf, capturesIn } from '../local/captures'
import { beginFilm } from '../local/films'
import { finishDraft } from '../local/finishing'
import { mine } from '../local/person'
import type { Draft } from '../types'
import { useRecording } from './recording'

/** The browser's own, as far as the app uses it; a test says what is heard. */
class Recorder {
  static running: Recorder[] = []
  static isTypeSupported = () => true
  state = 'inactive'
  ondataavailable: (event: { data: Blob }) => void = () => {}
  onstop = () => {}
  start() {
    this.state = 'recording'
    Recorder.running.push(this)
  }
  hears(word: string) { this.ondataavailable({ data: new Blob([word]) }) }
  stop() {
    this.state = 'inactive'
    this.hears('the last second')
    this.onstop()
  }
}

const microphone = { stopped: 0, stop() { this.stopped += 1 } }

let server: Server
let draft: Draft
let page: EffectScope

beforeEach(async () => {
  Recorder.running = []
  microphone.stopped = 0
  vi.stubGlobal('MediaRecorder', Recorder)
  Object.defineProperty(navigator, 'mediaDevices', {
    configurable: true, value: { getUserMedia: () => Promise.resolve({ getTracks: () => [microphone] }) },
  })
  server = await signedInPhone()
  ;({ draft } = await visitWith(server, []))
  page = effectScope()
})

afterEach(() => {
  page.stop()
  vi.unstubAllGlobals()
})

async function recording() {
  const field = page.run(() => useRecording({ draft, question: 'recording', category: null, shot: 'statement', findingId: null }))!
  await field.begin()
  const [recorder] = Recorder.running
  recorder!.hears('I saw him fall. ')
  return field
}

async function heard(): Promise<string[]> {
  const kept = await capturesIn(draft.id)
  return Promise.all(kept.map(async ({ id }) => new TextDecoder().decode(await bytesOf(id))))
}

it('is in the record where the visit is handed in while it runs', async () => {
  await recording()

  await finishDraft(draft.id)

  expect(await heard()).toEqual(['I saw him fall. the last second'])
  expect([microphone.stopped > 0, await mine().database.films.count()]).toEqual([true, 0])
})

it('is waited for where the page was left a moment before the visit is handed in', async () => {
  await recording()

  page.stop()
  await finishDraft(draft.id)

  expect(await heard()).toEqual(['I saw him fall. the last second'])
})

it('ends with its page: the microphone is off, and what was said is kept', async () => {
  await recording()

  page.stop()

  expect(microphone.stopped).toBe(1)
  await vi.waitFor(async () => expect(await heard()).toEqual(['I saw him fall. the last second']))
})

it('does not begin on a page that was left before the microphone was allowed', async () => {
  let allow: (stream: unknown) => void = () => {}
  navigator.mediaDevices.getUserMedia = () => new Promise((resolve) => { allow = resolve as typeof allow })
  const field = page.run(() => useRecording({ draft, question: 'recording', category: null, shot: 'statement', findingId: null }))!
  const begun = field.begin()

  page.stop()
  allow({ getTracks: () => [microphone] })
  await begun

  expect([Recorder.running.length, microphone.stopped, await mine().database.films.count()]).toEqual([0, 1, 0])
})

it('keeps the visit open while another tab still records for it', async () => {
  const film = await beginFilm({ draft, question: 'recording', category: null, shot: 'statement', findingId: null, mediaType: 'audio/webm' })
  film.add(new Blob(['of this tab']))
  await film.finish()
  // Another tab: the row is there, and its lock is held under another name than any film of ours.
  const id = crypto.randomUUID()
  await mine().database.films.add({ id, draftId: draft.id, sealed: new ArrayBuffer(0) as never })
  void navigator.locks.request(`fieldapp-film-${id}`, () => new Promise(() => {}))
  await vi.waitFor(async () => expect((await navigator.locks.query()).held?.some(({ name }) => name?.endsWith(id))).toBe(true))

  await expect(finishDraft(draft.id)).rejects.toMatchObject({ code: 'StillFilming' })
  expect((await mine().database.drafts.get(draft.id))?.state).toBe('draft')
})
