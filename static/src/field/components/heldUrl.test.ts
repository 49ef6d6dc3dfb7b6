import { effectScope } from 'vue'
import { afterEach, expect, it, vi } from 'vitest'
import { heldUrl } from './heldUrl'

const open = new Set<string>()
const make = () => {
  const url = URL.createObjectURL(new Blob(['a face']))
  open.add(url)
  return url
}
vi.spyOn(URL, 'revokeObjectURL').mockImplementation(url => void open.delete(url))
afterEach(() => open.clear())

it('shows a picture while its screen is there, and lets go of it with the screen', async () => {
  const scope = effectScope()
  const url = scope.run(() => heldUrl(() => Promise.resolve(make())))!
  await vi.waitFor(() => expect(open.has(url.value!)).toBe(true))
  scope.stop()
  expect(open.size).toBe(0)
})

it('lets go of a picture that came after its screen was left', async () => {
  const scope = effectScope()
  let come: (url: string) => void = () => {}
  const url = scope.run(() => heldUrl(() => new Promise((resolve) => { come = resolve })))!
  scope.stop()
  come(make())
  await vi.waitFor(() => expect(open.size).toBe(0))
  expect(url.value).toBeNull()
})

it('shows none that cannot be read', async () => {
  const scope = effectScope()
  const url = scope.run(() => heldUrl(() => Promise.reject(new Error('unreadable'))))!
  await new Promise(resolve => setTimeout(resolve))
  expect(url.value).toBeNull()
  scope.stop()
})
