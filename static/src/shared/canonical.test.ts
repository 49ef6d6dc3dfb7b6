import { expect, it } from 'vitest'
import { canonical, type Json } from './canonical'

it.each<[string, Json, string]>([
  ['names are sorted by UTF-16 code units', { '\u20ac': 'Euro Sign', '\r': 'Carriage Return', '\ufb33': 'Hebrew Letter Dalet With Dagesh', '1': 'One', '\ud83d\ude00': 'Emoji: Grinning Face', '\u0080': 'Control', '\u00f6': 'Latin Small Letter O With Diaeresis' },
    '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}'],
  ['numbers as ECMAScript spells them', [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0],
    '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]'],
  ['strings escape only what they must', '\u20ac$\u000f\nA\'B"\\\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'],
  ['literals', [null, true, false], '[null,true,false]'],
  ['Chinese stays as it is', { 部位: '3层', words: '' }, '{"words":"","部位":"3层"}'],
  ['nesting, in order inside arrays', { b: [{ z: 1, a: [] }], a: {} }, '{"a":{},"b":[{"a":[],"z":1}]}'],
  ['what has no value has no name', { a: undefined, b: 1 }, '{"b":1}'],
])('%s', (_, value, text) => {
  expect(canonical(value)).toBe(text)
})

it.each<[string, Json]>([['not a number', NaN], ['endless', Infinity], ['half of an emoji', '\ud83d']])(
  'refuses %s rather than sign something else', (_, value) => {
    expect(() => canonical(value)).toThrow(RangeError)
  })
