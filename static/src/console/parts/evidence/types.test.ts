import { describe, expect, it } from 'vitest'
import '../../words.media'
import { fileWords } from './say'
import { clues, isSound, isVisible, mediumOf, renditionUrl, type EvidenceView, type Flag } from './types'

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

describe('what a file is', () => {
  const file = (media_type: string, more: object = {}) => ({ bytes: { media_type, size: 2048, width: null, height: null, duration_ms: null, intake: 'accepted', ...more } }) as unknown as EvidenceView

  it('is said by its medium, not by its bare type', () => {
    expect(['image/heic', 'video/webm', 'audio/webm', 'application/pdf'].map(type => mediumOf(file(type)))).toEqual(['photo', 'video', 'sound', 'file'])
    expect(fileWords(file('audio/webm', { duration_ms: 125_000 }))).toMatch(/^录音 · WEBM · .+ · 2:05$/)
    expect(fileWords(file('image/jpeg', { width: 4032, height: 3024 }))).toMatch(/^照片 · JPEG · .+ · 4032 × 3024$/)
  })

  it('is played only where it was found to be sound', () => {
    expect([isSound(file('audio/webm')), isSound(file('audio/webm', { intake: 'refused' })), isSound(file('video/webm'))]).toEqual([true, false, false])
  })
})

it('counts as clues what the desk does, whatever their severity', () => {
  const flag = (code: string, clue: boolean): Flag => ({ code, clue, severity: 'low', sentence: '', numbers: {} })
  expect(clues([flag('blurred', true), flag('position_vague', false)]).map(({ code }) => code)).toEqual(['blurred'])
})
