import { describe, expect, it } from 'vitest'
import { isAcceptable, isDocument, noteDownload } from './documents'
import type { EvidenceView } from './types'

const view = (id: string, bytes: object, original_read = false) =>
  ({ id, original_read, bytes: { intake: 'accepted', reason: null, media_type: 'image/jpeg', renditions: [], ...bytes } }) as unknown as EvidenceView
const paper = (id: string, read = false) => view(id, { media_type: 'application/pdf', reason: 'not_shown' }, read)

describe('a file that is not opened on the page', () => {
  it('is told from a photo that is being read, from sound, and from what has a copy', () => {
    expect(isDocument(paper('a'))).toBe(true)
    expect(isDocument(view('a', { intake: 'waiting' }))).toBe(false)
    expect(isDocument(view('a', { media_type: 'audio/mp4', reason: 'not_shown' }))).toBe(false)
    expect(isDocument(view('a', { renditions: [320, 1600] }))).toBe(false)
  })

  it('is accepted once the judge has had the original, today or before', () => {
    expect(isAcceptable(paper('a'))).toBe(false)
    expect(isAcceptable(paper('b', true))).toBe(true)
    noteDownload('a')
    expect(isAcceptable(paper('a'))).toBe(true)
  })
})
