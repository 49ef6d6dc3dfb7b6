/** What a task about one question is about, in words: the task names only the question. */
import { ref, type Ref } from 'vue'
import { pick } from '../shared/i18n'
import { editionOf } from './local/tasks'
import type { Edition, Task } from './types'

/** `2#塔机 · 力矩限制器`; null for other tasks, and while the checklist is not there. */
export function useReShotItem(task: Task): Ref<string | null> {
  const about = ref<string | null>(null)
  if (questionOf(task)) void editionOf(task.edition).then(edition => { about.value = wordsOf(task, edition) }, () => {})
  return about
}

export function wordsOf(task: Task, edition: Edition): string | null {
  const words = wordsOfQuestion(questionOf(task) ?? '@', task, edition)
  return words && pick(words)
}

/** The unit and the item of a question, in both languages; null where the edition has no such item. */
export function wordsOfQuestion(question: string, { project }: Task, edition: Edition): { zh: string; en: string } | null {
  const [itemId, unitId] = question.split('@')
  const item = edition.categories.flatMap(({ items }) => items).find(({ id }) => id === itemId)
  const unit = project.units.find(({ id }) => id === unitId)?.name
  const named = (word: string) => [unit, word].filter(Boolean).join(' · ')
  return item ? { zh: named(item.zh), en: named(item.en) } : null
}

function questionOf({ re_shoot, re_inspection }: Task): string | null {
  return re_shoot?.question ?? re_inspection?.question ?? null
}
