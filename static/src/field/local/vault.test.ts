import { bytesOfSize, signedInPhone, take, visitWith } from '../phone.testing'
import { expect, it } from 'vitest'
import { utf8, Vault } from './vault'
import { dataKeyOf } from './keyring'
import { bytesOf } from './captures'
import { finishDraft } from './finishing'
import { mine } from './person'

const vault = async () => new Vault(await dataKeyOf(crypto.randomUUID()))

it('gives back what was sealed, and hides it meanwhile', async () => {
  const safe = await vault()
  const sealed = await safe.sealJson('drafts/1', { words: '临边防护缺失' })
  expect(has(sealed, utf8('临边防护缺失'))).toBe(false)
  expect(await safe.openJson('drafts/1', sealed)).toEqual({ words: '临边防护缺失' })
})

it('never seals the same twice alike', async () => {
  const safe = await vault()
  expect(new Uint8Array(await safe.sealJson('a', 1))).not.toEqual(new Uint8Array(await safe.sealJson('a', 1)))
})

it.each<[string, (sealed: Uint8Array) => [string, Uint8Array]]>([
  ['put in another place', sealed => ['drafts/2', sealed]],
  ['changed by one bit', sealed => ['drafts/1', sealed.map((byte, n) => (n === 20 ? byte ^ 1 : byte))]],
  ['cut short', sealed => ['drafts/1', sealed.slice(0, -1)]],
])('does not open what was %s', async (_, spoil) => {
  const safe = await vault()
  const [place, spoilt] = spoil(new Uint8Array(await safe.sealJson('drafts/1', 'words')))
  await expect(safe.openJson(place, spoilt.slice().buffer)).rejects.toMatchObject({ code: 'Unreadable' })
})

it("does not open another person's", async () => {
  const sealed = await (await vault()).sealJson('a', 1)
  await expect((await vault()).openJson('a', sealed)).rejects.toMatchObject({ code: 'Unreadable' })
})

it('keeps one key when two tabs make theirs at once', async () => {
  const personId = crypto.randomUUID()
  const [one, other] = await Promise.all([dataKeyOf(personId), dataKeyOf(personId)])
  expect(await new Vault(other).openJson('a', await new Vault(one).sealJson('a', '同'))).toBe('同')
})

it('hands the key to nobody', async () => {
  await expect(crypto.subtle.exportKey('raw', await dataKeyOf(crypto.randomUUID()))).rejects.toThrow()
})

it('leaves nothing plain in the database: no words, no names, no bytes of a photo', async () => {
  const server = await signedInPhone()
  const { draft } = await visitWith(server, [])
  draft.answers.q = {
    question: 'fire.fire_lane@site', answer: { value: 'fail', words: '消防通道堵塞' }, answeredAt: new Date().toISOString(),
    byGroup: false, finding: null,
  }
  const photo = bytesOfSize(5 * 1024 * 1024, 9)
  const { id } = await take(draft, { bytes: photo })
  await finishDraft(draft.id)

  const rows = (await Promise.all(mine().database.tables.map(table => table.toArray()))).flat() as Record<string, unknown>[]
  const needles = ['消防通道堵塞', '滨江花园三期', 'fire.fire_lane', 'nonce-1'].map(utf8)
  needles.push(new Uint8Array(photo, 1000, 64), new Uint8Array(photo, 3_000_000, 64))
  for (const value of rows.flatMap(row => Object.values(row))) {
    const plain = value instanceof ArrayBuffer ? new Uint8Array(value) : utf8(String(value))
    for (const needle of needles) expect(has(plain.slice().buffer, needle)).toBe(false)
  }
  expect(rows.filter(row => row.captureId === id)).toHaveLength(3)
  expect(Buffer.compare(Buffer.from(await bytesOf(id)), Buffer.from(photo))).toBe(0)
})

function has(sealed: ArrayBuffer, plain: Uint8Array): boolean {
  return Buffer.from(sealed).includes(Buffer.from(plain))
}
