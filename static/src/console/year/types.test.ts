import { describe, expect, it } from 'vitest'
import { known, typed } from './types'

describe('counts of a year', () => {
  it('keeps what nobody knows apart from 0', () => {
    expect(known({ deaths: '0', valid_complaints: '', lead_projects: ' ' })).toEqual({ deaths: 0 })
  })

  it('takes what a number field gives', () => {
    expect(known({ deaths: 1, lead_projects: '4' })).toEqual({ deaths: 1, lead_projects: 4 })
  })

  it('shows what is on record as it was typed', () => {
    expect(typed(['deaths', 'loss_yuan'], { deaths: 0 })).toEqual({ deaths: '0', loss_yuan: '' })
  })
})
