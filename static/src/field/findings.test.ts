import { Server, signedInPhone, taskOf } from './phone.testing'
import { beforeEach, expect, it } from 'vitest'
import { findingPhotos, keepFindingPhotos } from './findings'
import { newId } from './ids'
import type { Reach } from './wire'

const AT = '2026-11-18T01:00:00.000Z'
const photo = (shot: string) => ({ shot, captured_at: AT, url: `/api/evidence/${shot}/renditions/1600` })
const task = taskOf({
  kind: 're_inspection',
  re_inspection: {
    visit_id: newId(), finding_id: newId(), question: 'fire.fire_lane@site', severity: 'general', words: '占用', place: '北门',
    found_at: AT, due_at: AT, due_kind: 'date', rounds: 0, photos: [photo('near'), photo('far')],
  },
})
const asked: string[] = []
const answering = (status: number): Reach => (path) => {
  asked.push(path)
  return Promise.resolve(new Response(status === 200 ? new Uint8Array([1, 2, 3]) : null, { status }))
}

let server: Server
beforeEach(async () => {
  server = await signedInPhone()
  asked.length = 0
})

it('has the photos of the finding without a network, once they came, and asks for each once', async () => {
  expect(server.cookie).not.toBeNull()
  await keepFindingPhotos([task], answering(200))
  await keepFindingPhotos([task], answering(200))

  expect(asked).toHaveLength(2)
  expect((await findingPhotos(task)).map(({ shot, bytes }) => [shot, bytes.byteLength])).toEqual([['near', 3], ['far', 3]])
})

it('goes on without a photo that nobody gives, and asks again another time', async () => {
  const other = { ...task, id: newId() }
  await keepFindingPhotos([other], answering(404))
  expect(await findingPhotos(other)).toEqual([])

  await keepFindingPhotos([other], answering(200))
  expect(await findingPhotos(other)).toHaveLength(2)
})

it('does not keep the page of a network that wants a sign-in for a photo', async () => {
  const other = { ...task, id: newId() }
  await keepFindingPhotos([other], () => Promise.resolve(new Response('<html>', { headers: { 'Content-Type': 'text/html' } })))
  expect(await findingPhotos(other)).toEqual([])
  await keepFindingPhotos([other], answering(200))
  expect(await findingPhotos(other)).toHaveLength(2)
})
