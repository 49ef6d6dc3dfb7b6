/** What a task about one question is about, in words: the task names only the question. */
import { ref, watch, type Ref, type ShallowRef } from 'vue'
import { pick, t } from '../shared/i18n'
import { fieldOf, isFormEdition, wordsOfField } from './forms/fields'
import { keptPicture } from './local/showing'
import { editionOf } from './local/tasks'
import type { Edition, Task } from './types'

/** `2#塔机 · 力矩限制器` of whichever task it is now; null for other tasks, and while the checklist is not there. */
export function useReShotItem(now: () => Task): Ref<string | null> {
  const about = ref<string | null>(null)
  watch(now, (task) => {
    about.value = null
    if (!questionOf(task)) return
    void editionOf(task.edition).then(edition => { if (task === now()) about.value = wordsOf(task, edition) }, () => {})
  }, { immediate: true })
  return about
}

/** The photo that the task rejects, as a JPEG, as soon as the phone has it; null where it never had the network to fetch it. */
export function rejectedPhoto(taskId: string): ShallowRef<ArrayBuffer | null> {
  return keptPicture(`rejected ${taskId}`)
}

export function wordsOf(task: Task, edition: Edition): string | null {
  const words = wordsOfQuestion(questionOf(task) ?? '@', task, edition)
  return words && pick(words)
}

/** The unit and the item of a question, or the field of a form, in both languages; null where the edition has no such thing. */
export function wordsOfQuestion(question: string, { project }: Task, edition: Edition): { zh: string; en: string } | null {
  if (isFormEdition(edition)) return wordsOfField(question, edition)
  const item = itemOf(question, edition)
  const unit = unitOf(question, project)
  const named = (word: string) => [unit, word].filter(Boolean).join(' · ')
  return item ? { zh: named(item.zh), en: named(item.en) } : null
}

export interface AskedAbout {
  /** The item of a checklist, or the field of a form; null where the edition has no such thing. */
  title: { zh: string; en: string } | null
  unit: string | null
  check: string | null
  /** How to take this shot; empty where nothing is said. */
  hint: string
  shot: { zh: string; en: string }
}

/** What a rejected photo showed, for whoever takes it again or explains it: of a checklist and of a form alike. */
export function askedAbout({ re_shoot, project }: Task, edition: Edition): AskedAbout {
  const question = re_shoot?.question ?? '@'
  const shot = re_shoot?.shot ?? 'near'
  if (isFormEdition(edition)) {
    const field = fieldOf(question, edition)
    const word = t(`shot.${shot}`)
    const hint = field ? pick({ zh: field.hint_zh ?? '', en: field.hint_en ?? null }) : ''
    return { title: wordsOfField(question, edition), unit: null, check: null, hint, shot: { zh: word, en: word } }
  }
  const item = itemOf(question, edition)
  return {
    title: item && { zh: item.zh, en: item.en }, unit: unitOf(question, project), check: item?.check ?? null,
    hint: item?.photo.find(photo => photo.shot === shot)?.hint ?? '',
    shot: edition.shots.find(({ id }) => id === shot) ?? { zh: shot, en: shot },
  }
}

function itemOf(question: string, edition: Edition) {
  const [itemId] = question.split('@')
  return edition.categories.flatMap(({ items }) => items).find(({ id }) => id === itemId) ?? null
}

function unitOf(question: string, { units }: Task['project']): string | null {
  const [, unitId] = question.split('@')
  return units.find(({ id }) => id === unitId)?.name ?? null
}

function questionOf({ re_shoot, re_inspection }: Task): string | null {
  return re_shoot?.question ?? re_inspection?.question ?? null
}
