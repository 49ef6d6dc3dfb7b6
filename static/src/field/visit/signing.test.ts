import { describe, expect, it } from 'vitest'
import type { DraftAnswer, SiteSignature } from '../types'
import { lackingOf, signatureOf } from './signing'

const AT = '2026-11-22T03:00:00.000Z'
const said = { name: '周建', role: '安全员', reason: '' }
const inked: SiteSignature = { outcome: 'signed', name: null, role: null, evidenceId: 'ink', reason: null, signedAt: '2026-11-22T02:00:00.000Z' }

describe('what is kept of the signing', () => {
  it('is nothing before there is ink', () => {
    expect(signatureOf('signed', said, null, null, AT)).toBeNull()
  })

  it('keeps ink and moment when only the name is mended', () => {
    expect(signatureOf('signed', said, null, inked, AT)).toEqual({ ...inked, name: '周建', role: '安全员' })
  })

  it('lets ink go when somebody refuses after all', () => {
    expect(signatureOf('refused', said, null, inked, AT)).toBeNull()
  })

  it('names the scene whether photo or reason came first', () => {
    const why = { ...said, reason: ' 不认可 ' }
    const spoken = signatureOf('refused', why, null, null, AT)
    expect(signatureOf('refused', why, 'scene', spoken, AT)).toMatchObject({ outcome: 'refused', evidenceId: 'scene', reason: '不认可' })
  })
})

describe('what the signing lacks', () => {
  const refused: SiteSignature = { ...inked, outcome: 'refused', reason: '不认可', evidenceId: null }

  it.each([
    ['nobody signed yet', null, 'unsigned'],
    ['the ink was taken back', { ...inked, evidenceId: 'gone' }, 'unsigned'],
    ['a refusal has no photo', refused, 'scene_missing'],
    ['a refusal has its photo', { ...refused, evidenceId: 'ink' }, null],
    ['it is signed', inked, null],
  ] as const)('%s', (_, signature, lacking) => {
    expect(lackingOf(signature, new Set(['ink']), [])).toBe(lacking)
  })

  it('asks for ink again under findings that came or went after it', () => {
    const said = (answeredAt: string, found = true): DraftAnswer => ({
      question: 'fire.fire_lane@site', answer: { value: 'pass' }, answeredAt, byGroup: false,
      finding: found ? { id: 'f', words: '', place: '', foundAt: answeredAt } : null,
    })
    const lacking = (answer: DraftAnswer) => lackingOf(inked, new Set(['ink']), [answer])
    expect([lacking(said('2026-11-22T01:00:00.000Z')), lacking(said(AT)), lacking(said(AT, false))]).toEqual([null, 'signed_before', null])
  })
})
