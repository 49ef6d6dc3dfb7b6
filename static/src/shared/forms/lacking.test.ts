import { describe, expect, it } from 'vitest'
import { casesOf, table } from '../checklist/cases.testing'
import { gaps } from './lacking'
import type { FormEdition } from './types'

const form = table('forms').form as FormEdition

describe('a form lacks', () => {
  it.each(casesOf('forms', 'gaps'))('$says', ({ values, rows, photos, context, gaps: expected }) => {
    const found = gaps(form, { values, rows, photos, context })

    expect(found.map(({ path, code }) => [path, code])).toEqual(expected)
  })
})
