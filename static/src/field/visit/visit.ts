/** One visit on screen: its draft, its checklist, its photos, and what follows from them. */
import { computed, inject, type ComputedRef, type InjectionKey, type ShallowRef } from 'vue'
import { completeness, type Completeness, type Shortfall } from '../../shared/checklist/completeness'
import { draw } from '../../shared/checklist/draw'
import { needs, type ShotNeed } from '../../shared/checklist/proof'
import type { Answer, Photo, Shot, State } from '../../shared/checklist/types'
import { absenceKey, onSite, questions, type Question } from '../../shared/checklist/walk'
import type { Capture, Draft, Edition } from '../types'

export interface Visit {
  draft: Draft
  edition: Edition
  captures: ShallowRef<Capture[]>
  /** Every question of the visit, in the order of the checklist. */
  asked: ComputedRef<Question[]>
  drawn: ComputedRef<ReadonlySet<string>>
  state: ComputedRef<State>
  found: ComputedRef<Completeness>
  /** What is missing, by question key or absence key. */
  lacking: ComputedRef<ReadonlyMap<string, Shortfall[]>>
  unanswered: ComputedRef<Question[]>
}

export const VISIT: InjectionKey<Visit> = Symbol('visit')

export function useVisit(): Visit {
  const visit = inject(VISIT)
  if (!visit) throw new Error('no visit is open here')
  return visit
}

export function visitOf(draft: Draft, edition: Edition, captures: ShallowRef<Capture[]>): Visit {
  const absent = computed(() => Object.keys(draft.absences))
  const every = computed(() => questions(edition, draft.task.project.units, absent.value))
  const only = draft.task.questions && new Set(draft.task.questions)
  const asked = computed(() => (only ? every.value.filter(({ key }) => only.has(key)) : every.value))
  const answers = computed<Record<string, Answer>>(() =>
    Object.fromEntries(Object.entries(draft.answers).map(([key, said]) => [key, said.answer])))
  const drawn = computed(() => new Set(draw(edition, draft.task.nonce, every.value, answers.value).map(({ key }) => key)))
  const state = computed<State>(() => ({
    units: draft.task.project.units,
    nonce: draft.task.nonce,
    answers: answers.value,
    absences: draft.absences,
    photos: captures.value.map(photoOf),
  }))
  const found = computed(() => narrowed(completeness(edition, state.value), only))
  const lacking = computed(() => {
    const by = new Map<string, Shortfall[]>()
    for (const shortfall of found.value.missing) by.set(shortfall.key, [...(by.get(shortfall.key) ?? []), shortfall])
    return by
  })
  const unanswered = computed(() => asked.value.filter(({ key }) => !draft.answers[key]))
  return { draft, edition, captures, asked, drawn, state, found, lacking, unanswered }
}

/** A follow-up lacks nothing but what it was given to inspect. */
function narrowed(found: Completeness, only: ReadonlySet<string> | null): Completeness {
  if (!only) return found
  return { missing: found.missing.filter(({ key }) => only.has(key)), remarks: found.remarks.filter(({ key }) => only.has(key)) }
}

/** The shots asked for at one question as it is answered now. */
export function shotsOf(visit: Visit, question: Question): ShotNeed[] {
  const { draft, edition, drawn } = visit
  return needs(edition, question.item, draft.answers[question.key]?.answer, drawn.value.has(question.key))
}

export function capturesAt(visit: Visit, key: string): Capture[] {
  return visit.captures.value.filter(capture => keyOf(capture) === key)
}

/** Categories that have questions, or must be declared absent. */
export function isOnSite({ edition, draft }: Visit, category: string): boolean {
  return onSite(edition, draft.task.project.units).includes(category)
}

export function shotWord({ edition }: Visit, shot: string): { zh: string; en: string } {
  return edition.shots.find(({ id }) => id === shot) ?? { zh: shot, en: shot }
}

function photoOf(capture: Capture): Photo {
  return { key: keyOf(capture), shot: capture.shot as Shot }
}

/** A photo without a question belongs to its category's absence, or to the signing. */
function keyOf({ question, category }: Capture): string {
  return question ?? (category ? absenceKey(category) : '')
}
