import { bytesOfSize, chunksKept, Server, signedInPhone, take, visitWith } from '../phone.testing'
import { beforeEach, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { canonical, type Json } from '../../shared/canonical'
import { verifies } from '../device'
import { sha256Of, sha256OfText } from '../hashing'
import { keyring } from './keyring'
import type { Capture, Draft } from '../types'
import { bytesOf, capturesIn, capturesOf, keepShot, removeCapture } from './captures'
import { sweepChunks } from './sweeping'
import { writeChunks } from './chunks'
import { linksOf, type Link } from './chain'
import { finishDraft } from './finishing'
import { mine } from './person'
import { Trouble } from '../trouble'

let server: Server
let draft: Draft

beforeEach(async () => {
  server = await signedInPhone()
  ;({ draft } = await visitWith(server, []))
})

it('is kept byte for byte, with its own hash', async () => {
  const bytes = bytesOfSize(4_200_000)
  const capture = await take(draft, { bytes, mediaType: 'video/webm;codecs=vp9' })
  expect(capture).toMatchObject({ size: 4_200_000, mediaType: 'video/webm', sha256: await sha256Of(bytes) })
  expect(await sha256Of(await bytesOf(capture.id))).toBe(capture.sha256)
})

it('is read in pieces where it is a film, and never held whole', async () => {
  const content = bytesOfSize(5_300_000)
  const film = new Blob([content])
  film.arrayBuffer = () => Promise.reject(new Error('held whole'))
  const capture = await take(draft, { bytes: film, mediaType: 'video/mp4', shot: 'video' })
  expect(capture).toMatchObject({ size: 5_300_000, sha256: await sha256Of(content) })
  expect(await sha256Of(await bytesOf(capture.id))).toBe(capture.sha256)
})

it('leaves nothing behind of a film that cannot be read to its end', async () => {
  const film = new Blob([bytesOfSize(5_300_000)])
  const slice = film.slice.bind(film)
  film.slice = (start, end) => { if (start! > 4_000_000) throw new Error('the file is gone'); return slice(start, end) }
  await expect(take(draft, { bytes: film, mediaType: 'video/mp4' })).rejects.toThrow('the file is gone')
  expect(await capturesIn(draft.id)).toEqual([])
  await sweepChunks()
  expect(await mine().database.chunks.count()).toBe(0)
  const capture = await take(draft, { bytes: bytesOfSize(3000, 7) })
  expect(capture.sha256).toBe(await sha256Of(bytesOfSize(3000, 7)))
})

it('is sealed with what it is, where and when, by the key of this phone', async () => {
  const fix = { lon: 120.1, lat: 30.2, datum: 'WGS-84' as const, accuracy_m: 8, age_s: 1.5, at: '2026-11-18T01:00:00.000Z' }
  const capture = await take(draft, { question: 'fire.fire_lane@site', fix })
  const seal = JSON.parse(capture.seal) as Record<string, Json>
  const device = (await keyring.devices.get(mine().personId))!
  expect(seal).toMatchObject({
    format: 2, kind: 'capture', evidence_id: capture.id, sha256: capture.sha256, size: 3000, media_type: 'image/jpeg', subject: { kind: 'visit', id: draft.id }, task_id: draft.task.id,
    question: 'fire.fire_lane@site', shot: 'far', captured_at: capture.capturedAt, nonce: 'nonce-1', fix, capture: 'live',
    device_id: device.id,
  })
  expect(capture.seal).toBe(canonical(seal))
  expect(await verifies(device.publicKey, capture.sealSignature, capture.seal)).toBe(true)
  expect(await verifies(device.publicKey, capture.sealSignature, capture.seal.replace('far', 'near'))).toBe(false)
})

it('is one link of a chain, also when three are taken at once', async () => {
  await Promise.all([take(draft), take(draft), take(draft)])
  await expectChain(await linksOf([draft.id, draft.task.id], new Set(), mine()))
})

it('says in the chain that it was taken back, and leaves no bytes', async () => {
  const [first, second, third] = [await take(draft), await take(draft), await take(draft)]
  await removeCapture(second.id)
  expect((await capturesIn(draft.id)).map(({ id }) => id)).toEqual([first.id, third.id])
  expect(await chunksKept(second.id)).toBe(0)
  expect(previousOf(third)).toBe(await sha256OfText(second.seal))
  const said = (await linksOf([draft.id], new Set([first.seal, third.seal]), mine())).map(({ seal }) => JSON.parse(seal) as Json)
  expect(said).toMatchObject([
    { kind: 'visit_started' }, { kind: 'capture', evidence_id: second.id }, { kind: 'photo_removed', evidence_id: second.id, sha256: second.sha256 },
  ])
})

it('is never added to or taken from a visit that was handed in', async () => {
  const capture = await take(draft)
  await finishDraft(draft.id)
  await expect(take(draft)).rejects.toMatchObject({ code: 'AlreadySubmitted' })
  await expect(removeCapture(capture.id)).rejects.toMatchObject({ code: 'AlreadySubmitted' })
  expect(await chunksKept(capture.id)).toBe(1)
})

it('is in the record when the shutter falls just before the visit is handed in', async () => {
  const taking = take(draft, { bytes: bytesOfSize(1_000_000) })
  const [capture] = await Promise.allSettled([taking, taking.then(() => finishDraft(draft.id))])
  expect(capture.status).toBe('fulfilled')
  expect(await capturesIn(draft.id)).toHaveLength(1)
})

it('takes no room where the phone was full in the middle of it', async () => {
  const { database } = mine()
  const full = (_: unknown, { index }: { index: number }) => { if (index === 2) throw Object.assign(new Error('full'), { name: 'QuotaExceededError' }) }
  database.chunks.hook('creating', full)
  await expect(take(draft, { bytes: bytesOfSize(5_300_000) })).rejects.toMatchObject({ code: 'NoSpace' })
  await expect(take(draft, { bytes: new Blob([bytesOfSize(5_300_000)]), mediaType: 'video/mp4' })).rejects.toMatchObject({ code: 'NoSpace' })
  database.chunks.hook('creating').unsubscribe(full)
  expect(await database.chunks.count()).toBe(0)
})

it('says so when the phone is full, and leaves nothing half kept', async () => {
  const { database } = mine()
  database.captures.hook('creating', () => { throw Object.assign(new Error('full'), { name: 'QuotaExceededError' }) })
  await expect(take(draft)).rejects.toMatchObject({ code: 'NoSpace' })
  expect(await capturesIn(draft.id)).toEqual([])
  await sweepChunks()
  expect(await database.chunks.count()).toBe(0)
})

it('refuses an empty file', async () => {
  await expect(take(draft, { bytes: new ArrayBuffer(0) })).rejects.toMatchObject({ code: 'Empty' })
})

it('stays the same in sight when another is taken, so that none is drawn anew for it', async () => {
  const first = await take(draft)
  const shown = capturesOf(draft.id)
  await expect.poll(() => shown.value.map(({ id }) => id)).toEqual([first.id])
  const [before] = shown.value
  const second = await take(draft)
  await expect.poll(() => shown.value.map(({ id }) => id)).toEqual([first.id, second.id])
  expect(shown.value[0]).toBe(before)
})

it('shows up in the list by itself', async () => {
  const shown = capturesOf(draft.id)
  const { id } = await take(draft)
  await until(() => shown.value.length === 1)
  expect(shown.value[0]!.id).toBe(id)
  await removeCapture(id)
  await until(() => shown.value.length === 0)
})

it('only pieces without a capture are swept', async () => {
  const { id } = await take(draft)
  await writeChunks('left by a crash', 'original', bytesOfSize(10), mine())
  await sweepChunks()
  expect([await chunksKept(id), await chunksKept('left by a crash')]).toEqual([1, 0])
})

async function expectChain(links: Link[]): Promise<void> {
  let previous: string | null = null
  for (const [n, { seal }] of links.entries()) {
    expect(JSON.parse(seal)).toMatchObject({ position: n + 1, previous })
    previous = await sha256OfText(seal)
  }
  expect(links).toHaveLength(5) // downloaded, started, three photos
}

function previousOf(capture: Capture): string | null {
  return (JSON.parse(capture.seal) as { previous: string | null }).previous
}

async function until(ready: () => boolean): Promise<void> {
  while (!ready()) {
    await new Promise(resolve => setTimeout(resolve, 5))
    await nextTick()
  }
}

const shot = { question: null, category: 'fire', shot: 'far', findingId: null, capture: 'live' as const, mediaType: 'image/jpeg', fix: null }

it('is waited for by the hand-in while its shutter is still open', async () => {
  let shut: (bytes: ArrayBuffer) => void = () => {}
  const shutter = new Promise<ArrayBuffer>((resolve) => { shut = resolve })
  const capture = keepShot(draft.id, shutter.then(bytes => ({ draft, bytes, ...shot })))
  const handedIn = finishDraft(draft.id)
  await new Promise(resolve => setTimeout(resolve, 50))
  expect((await mine().database.drafts.get(draft.id))?.state).toBe('draft')
  shut(bytesOfSize(3000, 8))
  await handedIn
  const { sealed } = (await mine().database.records.get(draft.id))!
  const { body } = await mine().vault.openJson<{ body: string }>(`records/${draft.id}`, sealed)
  const { evidence } = JSON.parse(body) as { evidence: { id: string }[] }
  expect(evidence.map(({ id }) => id)).toEqual([(await capture).id])
})

it('is said not to have been taken, where its shutter gave nothing when the visit is handed in', async () => {
  const ended = new Trouble('CameraEnded', '相机已被手机收回', 'The phone took the camera back')
  keepShot(draft.id, new Promise((_, reject) => setTimeout(() => reject(ended), 50))).catch(() => {})
  await expect(finishDraft(draft.id)).rejects.toBe(ended)
  await finishDraft(draft.id)
})
