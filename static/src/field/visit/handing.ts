/** What the site's representative is shown before signing, and what the surveyor sees before handing in. */
import type { Edition } from '../types'
import type { DraftAnswer } from '../types'
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

/** How many questions have which answer, in the order of the edition; none that nobody gave. */
export function counts(edition: Edition, asked: readonly Question[], answers: Readonly<Record<string, DraftAnswer>>) {
  return edition.answers
    .map(({ id, zh, en }) => ({ id, zh, en, n: asked.filter(({ key }) => answers[key]?.answer.value === id).length }))
    .filter(({ n }) => n > 0)
}

function isMajor({ said }: FindingLine): boolean {
  return said.answer.major_answer === true
}
