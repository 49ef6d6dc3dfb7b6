/** The answers of a form as its expressions see them. Twin of fieldapp/checklists/forms/answering.py. */
import { evaluate } from './evaluating'
import { birthOf, dayOf, personId, sexOf } from './identity'
import { parse } from './syntax'
import type { Field, Filled, FormEdition, Group, Raw, Row, Section } from './types'
import { exact, FIRST_MS, END_MS, LONGEST_MS, plus, type Value } from './values'

/** One field at one place of the form. */
export interface Place {
  section: Section
  field: Field
  row: Row | null
  path: string
}

const INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,3})?Z$/

export class Answers {
  private readonly fields: Map<string, [Section, Field]>
  private readonly groups: Map<string, Group>
  private readonly known = new Map<string, Value>()

  constructor(readonly edition: FormEdition, readonly filled: Filled) {
    this.fields = new Map(edition.sections.flatMap(section => section.fields.map(field => [field.id, [section, field]] as const)))
    this.groups = new Map((edition.groups ?? []).map(group => [group.id, group]))
  }

  /** Every field that applies, row by row, in the order of the form. */
  places(): Place[] {
    return this.edition.sections.flatMap(section => this.rows(section).flatMap(row => this.placesIn(section, row)))
  }

  placesIn(section: Section, row: Row | null): Place[] {
    return section.fields.map(field => placeOf(section, field, row)).filter(place => this.applies(place))
  }

  /** [null] for a section that does not repeat. */
  rows(section: Section): (Row | null)[] {
    return section.group ? (this.filled.rows[section.group] ?? []) : [null]
  }

  applies({ section, field, row }: Place): boolean {
    return this.holds(section.applies_if, row) && this.holds(field.applies_if, row)
  }

  /** Whether a condition is true; no condition is. */
  holds(expression: string | undefined, row: Row | null): boolean {
    return expression === undefined || this.said(expression, row) === true
  }

  said(expression: string, row: Row | null): Value {
    return evaluate(parse(expression), name => this.named(name, row))
  }

  required({ field, row }: Place): boolean {
    return field.required === true || (field.required_if !== undefined && this.holds(field.required_if, row))
  }

  rowsWanted(group: Group): number {
    return this.holds(group.least_if, null) ? (group.least ?? 0) : 0
  }

  raw({ field, row }: Place): Raw | null {
    return (row ? row.values : this.filled.values)[field.id] ?? null
  }

  photosAt({ path }: Place): number {
    return this.filled.photos.filter(each => each === path).length
  }

  /** What the field gives to expressions. */
  value(place: Place): Value {
    const before = this.known.get(place.path)
    if (before !== undefined) return before
    this.known.set(place.path, null) // what hangs on itself is not known
    const found = this.valueOf(place)
    this.known.set(place.path, found)
    return found
  }

  private named(name: string, row: Row | null): Value {
    const kind = this.edition.context?.[name]
    if (kind) return readAs(kind, this.filled.context[name])
    const [first = '', ...rest] = name.split('.')
    const group = this.groups.get(first)
    if (group) return this.ofGroup(group, rest)
    const [section, field] = this.fields.get(first) ?? []
    if (!section || !field || (section.group && !row)) return null
    const place = placeOf(section, field, section.group ? row : null)
    return rest.length ? this.part(place, rest[0]!) : this.value(place)
  }

  private valueOf(place: Place): Value {
    if (!this.applies(place)) return null
    if (place.field.computed !== undefined) return this.said(place.field.computed, place.row)
    return readAs(place.field.type, this.raw(place))
  }

  private part(place: Place, part: string): Value {
    if (!this.applies(place)) return null
    const raw = this.raw(place)
    if (part === 'count') return exact(String(place.field.type === 'photos' ? this.photosAt(place) : Array.isArray(raw) ? raw.length : 0))
    if (part === 'refused') return raw !== null && typeof raw === 'object' && 'outcome' in raw ? raw.outcome === 'refused' : null
    const number = typeof raw === 'string' ? personId(raw) : null
    if (number === null) return null
    return part === 'birth' ? { kind: 'date', days: birthOf(number)! } : part === 'sex' ? sexOf(number) : null
  }

  private ofGroup(group: Group, rest: string[]): Value {
    const rows = this.filled.rows[group.id] ?? []
    if (rest[0] === 'count') return exact(String(rows.length))
    const [section, field] = this.fields.get(rest[0] ?? '') ?? []
    if (!section || !field) return null
    return rows.reduce<Value>((total, row) => plus(total, this.value(placeOf(section, field, row))), exact('0'))
  }
}

export function pathOf(fieldId: string, group: string | undefined, row: Row | null): string {
  return group && row ? `${group}/${row.id}/${fieldId}` : fieldId
}

function placeOf(section: Section, field: Field, row: Row | null): Place {
  return { section, field, row, path: pathOf(field.id, section.group, row) }
}

/** A raw answer as a value, null where nothing was said or it cannot be read. */
export function readAs(kind: string, raw: unknown): Value {
  if (kind === 'boolean' || kind === 'yes_no') return typeof raw === 'boolean' ? raw : null
  if (kind === 'duration') return Number.isInteger(raw) && Math.abs(raw as number) <= LONGEST_MS ? { kind, ms: raw as number } : null
  if (typeof raw !== 'string') return null
  if (kind === 'number') return /^-?[0-9]{1,18}(\.[0-9]{1,6})?$/.test(trimmed(raw)) ? exact(trimmed(raw)) : null
  if (kind === 'date') return dateOf(raw)
  if (kind === 'time') return instantOf(raw)
  return trimmed(raw) ? raw : null
}

/** Without the few characters that are no answer when they stand alone; the same on the server. */
export function trimmed(text: string): string {
  return text.replace(/^[ \t\n\r\u3000]+|[ \t\n\r\u3000]+$/g, '')
}

function dateOf(raw: string): Value {
  const days = dayOf(raw)
  return days === null ? null : { kind: 'date', days }
}

function instantOf(raw: string): Value {
  if (!INSTANT.test(raw) || dayOf(raw.slice(0, 10)) === null) return null
  const ms = Date.parse(raw)
  return ms >= FIRST_MS && ms < END_MS ? { kind: 'time', ms } : null
}
