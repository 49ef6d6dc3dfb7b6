import { bytesOfSize, Server, signedInPhone, take, visitWith } from '../phone.testing'
import { beforeEach, expect, it } from 'vitest'
import { published } from '../../shared/checklist/cases.testing'
import { recordText } from '../record'
import type { Capture, Draft } from '../types'
import { bytesOf, capturesIn, capturesOf, removeCapture } from './captures'
import { canDrawOn, keepDrawing } from './drawings'
import { mine } from './person'

let server: Server
let draft: Draft
let photo: Capture

beforeEach(async () => {
  server = await signedInPhone()
  ;({ draft } = await visitWith(server, []))
  photo = await take(draft, { question: 'fire.fire_lane@site' })
})

const told = async () => (JSON.parse(recordText(draft, await capturesIn(draft.id), published.edition, 0)) as { evidence: { id: string; annotates?: string; sha256: string }[] }).evidence
const shown = async () => {
  const seen = capturesOf(draft.id)
  await expect.poll(() => seen.value.length).toBeGreaterThan(0)
  return seen.value
}

it('is a picture of its own that names its photo, in the record and under its seal', async () => {
  await keepDrawing(photo, bytesOfSize(900))
  await take(draft)

  const [first, second, drawing] = await told()
  expect([first!.annotates, second!.annotates, drawing!.annotates]).toEqual([undefined, undefined, photo.id])
  const kept = (await capturesIn(draft.id)).find(({ annotates }) => annotates)!
  expect(JSON.parse(kept.seal)).toMatchObject({ kind: 'capture', annotates: photo.id, sha256: kept.sha256, fix: null })
})

it('leaves the photo byte for byte as it was', async () => {
  const before = new Uint8Array(await bytesOf(photo.id))
  await keepDrawing(photo, bytesOfSize(900))
  expect(new Uint8Array(await bytesOf(photo.id))).toEqual(before)
})

it('stands with its photo on screen and is counted by nothing', async () => {
  await keepDrawing(photo, bytesOfSize(900))
  const seen = await shown()
  expect(seen.map(({ id }) => id)).toEqual([photo.id])
  expect(seen[0]!.drawing).toMatchObject({ annotates: photo.id })
})

it('takes the place of an earlier one', async () => {
  await keepDrawing(photo, bytesOfSize(900))
  await keepDrawing((await shown())[0]!, bytesOfSize(800))
  expect((await told()).filter(({ annotates }) => annotates)).toHaveLength(1)
})

it('goes with its photo', async () => {
  await keepDrawing(photo, bytesOfSize(900))
  await removeCapture(photo.id)
  expect(await told()).toEqual([])
})

it('is told of with its photo alone: one that cannot be read is in no record either', async () => {
  await keepDrawing(photo, bytesOfSize(900))
  const other = await take(draft)
  await mine().database.captures.update(photo.id, { sealed: new ArrayBuffer(64) })
  expect((await told()).map(({ id }) => id)).toEqual([other.id])
})

it('is offered for pictures that this phone can read', () => {
  expect(canDrawOn(photo)).toBe(true)
  expect(canDrawOn({ ...photo, mediaType: 'video/mp4' })).toBe(false)
  expect(canDrawOn({ ...photo, envelope: { sha256: '', size: 1, key_id: '' } })).toBe(false)
})
