import { describe, expect, it } from 'vitest'
import { isVisible, renditionUrl, type EvidenceView } from './types'

const view = (redaction: object | null, renditions: number[]) => ({ id: 'p1', redaction, bytes: { renditions } }) as EvidenceView

describe('what is shown of a photo', () => {
  it('is the smallest copy that is large enough', () => {
    expect(renditionUrl(view(null, [320, 1600]), 320)).toBe('/api/evidence/p1/renditions/320')
    expect(renditionUrl(view(null, []), 320)).toBeNull()
  })

  it('is, once it was deleted by law, the picture that says so and none that a browser kept', () => {
    const deleted = view({ reason: 'ordered' }, [])
    expect(renditionUrl(deleted, 320)).toBe('/api/evidence/p1/renditions/320?redacted')
    expect(isVisible(deleted)).toBe(false)
  })
})
