import { expect, it } from 'vitest'
import { kindOf, requireAcceptable } from './acceptable'

const bytes = (text: string, size = 100) => {
  const made = new Uint8Array(size)
  for (let n = 0; n < text.length; n += 1) made[n] = text.charCodeAt(n)
  return made.buffer
}
const box = (type: string, brand: string) => `\0\0\0\x18${type}${brand}`

it.each([
  ['\xff\xd8\xff\xe0', 'image/jpeg'], ['\x89PNG\r\n\x1a\n', 'image/png'], ['RIFF\0\0\0\0WEBP', 'image/webp'],
  [box('ftyp', 'heic'), 'image/heic'], [box('ftyp', 'isom'), 'video/mp4'], [box('ftyp', '3gp5'), 'video/mp4'],
  [box('ftyp', 'qt  '), 'video/quicktime'], ['\x1a\x45\xdf\xa3....webm', 'video/webm'],
  ['\x1a\x45\xdf\xa3..matroska', null], ['GIF89a', null], ['%PDF-1.7', null], [box('ftyp', 'avif'), null], ['', null],
])('a file that begins with %j is %s', (head, type) => {
  expect(kindOf(bytes(head))).toBe(type)
})

it('refuses what intake would refuse, in a sentence', async () => {
  const file = (text: string, size = 100) => new Blob([bytes(text, size)])
  await expect(requireAcceptable(file('GIF89a'))).rejects.toMatchObject({ code: 'WrongType' })
  await expect(requireAcceptable(file('\xff\xd8\xff', 101 * 1024 * 1024))).rejects.toMatchObject({ code: 'TooLarge' })
  expect(await requireAcceptable(file('\xff\xd8\xff'))).toMatchObject({ mediaType: 'image/jpeg', bytes: expect.any(ArrayBuffer) as ArrayBuffer })
})
