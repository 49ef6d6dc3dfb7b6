/** One form on screen: its draft, its edition, its photos, and what follows from them. */
import { computed, inject, type ComputedRef, type InjectionKey, type ShallowRef } from 'vue'
import { pick, t } from '../../shared/i18n'
import { Answers, type Place } from '../../shared/forms/answering'
import { gapsIn, isSaid } from '../../shared/forms/lacking'
import type { Field, FormAnswers, FormEdition, Gap, Group, Raw, Row, Section, Values } from '../../shared/forms/types'
import { nowText } from '../clock'
import { newId } from '../ids'
import type { Capture, Draft } from '../types'

export interface FormVisit {
  draft: Draft
  edition: FormEdition
  captures: ShallowRef<Capture[]>
  said: FormAnswers
  answers: ComputedRef<Answers>
  gaps: ComputedRef<Gap[]>
  /** Gaps by path; `unavailable` is none: it was said why. */
  lacking: ComputedRef<ReadonlyMap<string, Gap[]>>
  pages: ComputedRef<Page[]>
}

/** One screen of fields: a section, or one row of a section that repeats. */
export interface Page {
  section: Section
  row: Row | null
  /** Of a row, from 1. */
  n: number
  places: Place[]
  filled: number
  asked: number
  lacks: number
}

export const FORM: InjectionKey<FormVisit> = Symbol('form')

export function useForm(): FormVisit {
  const form = inject(FORM)
  if (!form) throw new Error('no form is open here')
  return form
}

/** The draft gets its empty form here, with what the task knows filled in. */
export function formOf(draft: Draft, edition: FormEdition, captures: ShallowRef<Capture[]>): FormVisit {
  draft.form ??= startOf(edition, draft)
  const said = draft.form
  // Answers remembers what it read, so it is made anew of a copy at every change.
  const answers = computed(() => new Answers(edition, {
    ...(JSON.parse(JSON.stringify(said)) as FormAnswers), photos: captures.value.flatMap(({ question }) => question ?? []), context: contextOf(draft),
  }))
  const gaps = computed(() => gapsIn(answers.value))
  const lacking = computed(() => {
    const by = new Map<string, Gap[]>()
    for (const gap of gaps.value) if (gap.code !== 'unavailable') by.set(gap.path, [...(by.get(gap.path) ?? []), gap])
    return by
  })
  const pages = computed(() => pagesOf(answers.value, lacking.value))
  return { draft, edition, captures, said, answers, gaps, lacking, pages }
}

/** Sets, or takes away where nothing is said any more. */
export function say(form: FormVisit, { field, row }: Place, raw: Raw | null): void {
  const values: Values = row ? rowIn(form, row).values : form.said.values
  if (isSaid(raw)) values[field.id] = raw
  else delete values[field.id]
}

export function addRow(form: FormVisit, group: string): Row {
  const rows = (form.said.rows[group] ??= [])
  rows.push({ id: newId(), values: {} })
  return rows.at(-1)!
}

export function removeRow(form: FormVisit, group: string, row: Row): void {
  form.said.rows[group] = (form.said.rows[group] ?? []).filter(({ id }) => id !== row.id)
}

export function groupOf({ edition }: FormVisit, section: Section): Group | undefined {
  return edition.groups?.find(({ id }) => id === section.group)
}

/** The first section of a group is where rows come and go; the others only ask more about them. */
export function ownsRows({ edition }: FormVisit, section: Section): boolean {
  return edition.sections.find(({ group }) => group === section.group) === section
}

export function pathTo({ draft }: FormVisit, page: { section: Section; row: Row | null }): string {
  return `/visits/${draft.id}/form/${page.section.id}${page.row ? `/${page.row.id}` : ''}`
}

/** The page that a path's field stands on. */
export function pageOf(form: FormVisit, path: string): Page | undefined {
  return form.pages.value.find(({ places }) => places.some(place => place.path === path))
}

/** What a page is called in a list; of a row with its number and its name. */
export function titleOf(form: FormVisit, page: Page): string {
  const group = groupOf(form, page.section)
  if (!group || !page.row) return pick(page.section)
  const owner = form.edition.sections.find(({ group: id }) => id === group.id)!
  return [t('form.row', { name: pick(group), n: page.n }), nameOf(page.row, owner.fields)].filter(Boolean).join(' · ')
}

/** What stands above a page, and under that. A section called as its group is not named twice. */
export function titlesOf(form: FormVisit, page: Page): readonly [string, string] {
  const group = groupOf(form, page.section)
  const project = form.draft.task.project.name
  if (!group || !page.row) return [pick(page.section), project]
  const row = t('form.row', { name: pick(group), n: page.n })
  return pick(page.section) === pick(group) ? [row, project] : [pick(page.section), row]
}

/** The first short answer of a row, to tell rows apart. */
export function nameOf(row: Row, fields: readonly Field[]): string {
  const told = fields.find(({ type, lines }) => type === 'text' && !lines)
  const raw = told && row.values[told.id]
  return typeof raw === 'string' ? raw : ''
}

function pagesOf(answers: Answers, lacking: ReadonlyMap<string, Gap[]>): Page[] {
  return answers.edition.sections
    .filter(({ applies_if }) => answers.holds(applies_if, null))
    .flatMap(section => answers.rows(section).map((row, n) => pageAt(section, row, n + 1, answers, lacking)))
    .filter(({ places }) => places.length)
}

function pageAt(section: Section, row: Row | null, n: number, answers: Answers, lacking: ReadonlyMap<string, Gap[]>): Page {
  const places = answers.placesIn(section, row)
  const asked = places.filter(({ field }) => field.computed === undefined)
  return {
    section, row, n, places, asked: asked.length,
    filled: asked.filter(place => isSaid(answers.raw(place)) || answers.photosAt(place) > 0).length,
    lacks: places.reduce((sum, { path }) => sum + (lacking.get(path)?.length ?? 0), 0),
  }
}

function startOf(edition: FormEdition, draft: Draft): FormAnswers {
  const context = contextOf(draft)
  const values: Values = {}
  for (const field of edition.sections.filter(({ group }) => !group).flatMap(({ fields }) => fields)) {
    const known = field.prefill === undefined ? undefined : context[field.prefill]
    if (typeof known === 'string') values[field.id] = known
  }
  return { values, rows: {} }
}

/** Until the record is finished its present is now; the server judges by the moment that the record itself names. */
function contextOf({ task, finishedAt }: Draft): Record<string, unknown> {
  return { ...task.context, 'visit.scheme': task.scheme, 'record.finished_at': finishedAt ?? nowText() }
}

function rowIn({ said }: FormVisit, row: Row): Row {
  const found = Object.values(said.rows).flat().find(({ id }) => id === row.id)
  if (!found) throw new Error(`no row ${row.id}`)
  return found
}
