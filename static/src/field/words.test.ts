import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { en } from './words.en'
import { zh } from './words.zh'

const HERE = new URL('./', import.meta.url)
const sources = readdirSync(HERE, { recursive: true, encoding: 'utf8' })
  .filter(name => /\.(vue|ts)$/.test(name) && !name.endsWith('.test.ts'))
  .map(name => readFileSync(new URL(name, HERE), 'utf8'))

it('has every sentence that a screen asks for by name', () => {
  const asked = sources.flatMap(text => [...text.matchAll(/\bt\('([\w.]+)'/g)].map(([, key]) => key!))
  expect(asked.length).toBeGreaterThan(100)
  expect(asked.filter(key => !(key in zh))).toEqual([])
})

it('fills the same blanks in both languages, or fewer in the shorter English', () => {
  const blanks = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String)
  const odd = Object.entries(en).filter(([key, text]) => {
    const given = blanks(zh[key as keyof typeof zh])
    return blanks(text).some(blank => !given.includes(blank))
  })
  expect(odd).toEqual([])
})
