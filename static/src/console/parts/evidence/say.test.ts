import { describe, expect, it } from 'vitest'
import '../../words.stage'
import { burstWord } from './say'
import type { EvidenceView } from './types'

const shot = (id: string, burst: string[]) => ({ id, burst }) as unknown as EvidenceView

describe('a shot of a burst', () => {
  it('says its place among the others', () => {
    expect(burstWord(shot('b', ['a', 'b', 'c']))).toBe('连拍 3 张，第 2 张')
  })

  it('says nothing where it stands alone', () => {
    expect(burstWord(shot('b', []))).toBe('')
  })
})
