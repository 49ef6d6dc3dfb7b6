/** What the site's representative is shown before signing, and what the surveyor sees before handing in. */
import type { DraftAnswer, Edition } from '../types'
import type { Shortfall } from '../../shared/checklist/completeness'
import type { Question } from '../../shared/checklist/walk'

export interface FindingLine {
  key: string
  question: Question
  said: DraftAnswer
}

/** 疑似重大 first; then as walked. */
export function findingLines(asked: readonly Question[], answers: Readonly<Record<string, DraftAnswer>>): FindingLine[] {
  const lines = asked.flatMap((question) => {
    const said = answers[question.key]
    return said?.answer.value === 'fail' ? [{ key: question.key, question, said }] : []
  })
  return [...lines.filter(isMajor), ...lines.filter(line => !isMajor(line))]
}

/** One line of what is missing, and where a tap on it leads. */
export interface MissingLine {
  key: string
  zh: string
  en: string
  /** How many questions of the category are unanswered; 0 where the line is one shortfall. */
  unanswered: number
}

/** Seventy unanswered questions are one line a category; everything else is said by itself. */
export function missingLines(edition: Edition, missing: readonly Shortfall[]): MissingLine[] {
  return edition.categories.flatMap((category) => {
    const mine = missing.filter(shortfall => shortfall.category === category.id)
    const open = mine.filter(({ code }) => code === 'unanswered')
    const rest = mine.filter(({ code }) => code !== 'unanswered')
    return [
      ...(open.length ? [{ key: open[0]!.key, zh: category.zh, en: category.en, unanswered: open.length }] : []),
      ...rest.map(({ key, zh, en }) => ({ key, zh, en, unanswered: 0 })),
    ]
  })
}

/** How many questions have which answer, in the order of the edition; none that nobody gave. */
export function counts(edition: Edition, asked: readonly Question[], answers: Readonly<Record<string, DraftAnswer>>) {
  return edition.answers
    .map(({ id, zh, en }) => ({ id, zh, en, n: asked.filter(({ key }) => answers[key]?.answer.value === id).length }))
    .filter(({ n }) => n > 0)
}

function isMajor({ said }: FindingLine): boolean {
  return said.answer.major_answer === true
}
