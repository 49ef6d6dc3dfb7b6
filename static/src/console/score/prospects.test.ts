import { expect, it } from 'vitest'
import { prospects, range } from './prospects'
import { aForm, aSheet } from './sheets.testing'

it('says how far down and how far up the grade is', () => {
  const sheet = aSheet({ bounds: [{ grade: 'excellent', at: '90', wanting: '4.13' }, { grade: 'good', at: '85', wanting: '-0.87' }, { grade: 'qualified', at: '80', wanting: '-5.87' }] })
  sheet.sheet.total = '85.87'
  sheet.sheet.grade = 'good'
  expect(prospects(sheet)).toEqual([
    { word: 'prospect.down', values: { grade: 'qualified', by: '0.87' } },
    { word: 'prospect.down.form', values: { grade: 'qualified', by: '3.48' } },
    { word: 'prospect.up', values: { grade: 'excellent', by: '4.13' } },
  ])
})

it('takes the nearest grade above, not the farthest', () => {
  const sheet = aSheet({ bounds: [{ grade: 'excellent', at: '90', wanting: '12.00' }, { grade: 'good', at: '85', wanting: '7.00' }, { grade: 'qualified', at: '80', wanting: '2.00' }] })
  sheet.sheet.grade = 'unqualified'
  expect(prospects(sheet)).toEqual([{ word: 'prospect.up', values: { grade: 'qualified', by: '2.00' } }])
})

it('spans the totals that a form not yet in can still bring', () => {
  const sheet = aSheet()
  sheet.sheet.forms = [aForm('county_authority', '80'), aForm('county_authority', null), aForm('city_authority', '90'), aForm('policyholder', '80')]
  expect(range(sheet)).toEqual({ low: 63, high: 88 })
})

it('names the grade out of reach, and what the last form must bring for one within it', () => {
  const sheet = aSheet()
  sheet.sheet.forms = [aForm('county_authority', '80'), aForm('county_authority', null), aForm('city_authority', '90'), aForm('policyholder', '80')]
  const told = prospects(sheet)
  expect(told).toContainEqual({ word: 'prospect.gone', values: { grade: 'excellent', high: '88.00' } })
  expect(told).toContainEqual({ word: 'prospect.needs', values: { assessor: '某局', points: '88.00', grade: 'good' } })
})

it('counts the items of a half-filled form', () => {
  const sheet = aSheet()
  const half = { ...aForm('city_authority', null), items: [{ id: 'a', max: '60', score: '60', lines: [] }, { id: 'b', max: '40', score: null, lines: [] }] }
  sheet.sheet.forms = [aForm('county_authority', '100'), half, aForm('policyholder', '100')]
  expect(range(sheet)).toEqual({ low: 88, high: 100 })
})
