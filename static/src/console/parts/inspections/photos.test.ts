import { describe, expect, it } from 'vitest'
import { mediaTypeOf, pieces, takenAt } from './photos'

describe('an officer’s photo', () => {
  it('is cut along the parts, and what has come is not sent again', () => {
    const part = (number: number, size: number, etag: string | null) => ({ number, size, url: `/p/${number}`, etag })

    expect(pieces([part(1, 5, 'here'), part(2, 5, null), part(3, 2, null)])).toEqual([
      { url: '/p/2', from: 5, to: 10 },
      { url: '/p/3', from: 10, to: 12 },
    ])
  })

  it('is never of the future, whatever the file says', () => {
    expect(takenAt({ lastModified: 5_000 }, 1_000)).toBe('1970-01-01T00:00:01.000Z')
    expect(takenAt({ lastModified: 500 }, 1_000)).toBe('1970-01-01T00:00:00.500Z')
  })

  it('is a picture that is kept, by its type or by its name', () => {
    expect(mediaTypeOf({ type: 'image/png', name: 'a.png' })).toBe('image/png')
    expect(mediaTypeOf({ type: '', name: 'IMG_1.HEIC' })).toBe('image/heic')
    expect(mediaTypeOf({ type: 'application/pdf', name: 'a.pdf' })).toBeNull()
  })
})
