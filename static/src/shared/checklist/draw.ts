/**
 * 抽拍: which questions owe a photo although they pass, drawn from the server's nonce. Nobody chooses and anybody can
 * repeat it: the questions with proof drawn stand in the order of SHA-256(nonce|category|question key), the first of
 * them are drawn. Twin of fieldapp/checklists/draw.py.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Answer, Category, Edition } from './types'
import type { Question } from './walk'

/** A drawn question. `passed_on`: answered 不适用, so the next candidate is drawn too and a photo says why. */
export interface Drawn {
  key: string
  category: string
  passed_on: boolean
}

/** The questions of the category that may be drawn, in the order of the draw. */
export function candidates(nonce: string, category: string, asked: readonly Question[]): Question[] {
  return asked
    .filter(q => q.category === category && q.item.proof === 'drawn')
    .map(q => ({ q, rank: rankOf(nonce, category, q.key) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ q }) => q)
}

/**
 * The drawn questions of every category, in drawing order. asked: from `questions`; answers: by question key.
 * A category with too few candidates has fewer. Units added later join the order by their own hash.
 */
export function draw(
  edition: Edition, nonce: string, asked: readonly Question[], answers: Readonly<Record<string, Answer>>,
): Drawn[] {
  return edition.categories.flatMap(category => ofCategory(category, nonce, asked, answers))
}

function ofCategory(
  category: Category, nonce: string, asked: readonly Question[], answers: Readonly<Record<string, Answer>>,
): Drawn[] {
  const drawn: Drawn[] = []
  let left = category.drawn
  for (const { key } of candidates(nonce, category.id, asked)) {
    if (left === 0) break
    const passed_on = answers[key]?.value === 'not_applicable'
    drawn.push({ key, category: category.id, passed_on })
    if (!passed_on) left -= 1
  }
  return drawn
}

function rankOf(nonce: string, category: string, key: string): string {
  return bytesToHex(sha256(utf8ToBytes(`${nonce}|${category}|${key}`)))
}
