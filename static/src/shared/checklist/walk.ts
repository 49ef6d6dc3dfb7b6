/**
 * Which questions a visit has: the items of the edition, once for each unit of the register.
 * Twin of fieldapp/checklists/walk.py.
 */
import type { Category, Edition, Item, Unit, UnitKind } from './types'

/** One item asked of one unit (null: of the site). `group`: where "the rest passes" may reach, and no further. */
export interface Question {
  key: string
  category: string
  group: string
  item: Item
  unit: Unit | null
}

/** `crane.tower.foundation@<unit id>`, or `fire.fire_lane@site`. */
export function questionKey(itemId: string, unitId?: string | null): string {
  return `${itemId}@${unitId || 'site'}`
}

/** What the photo of an absent category is filed under. No question has it: item ids hold a dot. */
export function absenceKey(category: string): string {
  return `absent@${category}`
}

/** The categories that are there: those with a unit in the register, and those that are never absent. */
export function onSite(edition: Edition, units: readonly Unit[]): string[] {
  const kinds = new Set(units.map(unit => unit.kind))
  const there = new Set(edition.unit_kinds.filter(kind => kinds.has(kind.id)).map(kind => kind.category))
  return edition.categories.filter(c => there.has(c.id) || !c.may_be_absent).map(c => c.id)
}

/**
 * Every question, by category, then unit (by kind, then as registered; the site last), then item. absent: the
 * categories declared not on site; they have no questions, unless they are never absent. A unit of a kind that the
 * edition does not know has none either.
 */
export function questions(
  edition: Edition, units: readonly Unit[], absent: readonly string[] = [],
): Question[] {
  const there = onSite(edition, units)
  return edition.categories
    .filter(c => there.includes(c.id) && !(c.may_be_absent && absent.includes(c.id)))
    .flatMap(category => ofCategory(edition, category, units))
}

/** The same questions in walking order; within a zone the order stays. */
export function byZone(edition: Edition, asked: readonly Question[]): Question[] {
  const place = new Map(edition.zones.map((zone, n) => [zone.id, n]))
  return [...asked].sort((a, b) => (place.get(a.item.zone) ?? 0) - (place.get(b.item.zone) ?? 0))
}

function ofCategory(edition: Edition, category: Category, units: readonly Unit[]): Question[] {
  const ofUnits = edition.unit_kinds
    .filter(kind => kind.category === category.id)
    .flatMap(kind => units.filter(unit => unit.kind === kind.id).flatMap(unit =>
      category.items.filter(item => askedOf(item, unit, kind)).map(item => question(category, item, unit))))
  const ofSite = category.items.filter(item => item.unit === 'site').map(item => question(category, item, null))
  return [...ofUnits, ...ofSite]
}

function askedOf(item: Item, unit: Unit, kind: UnitKind): boolean {
  if (item.unit === kind.general_from) return item.sub === 'general'
  return item.unit === kind.id && shows(kind, unit, item.sub)
}

/** A system hides the items of the others. Where it is not known, nothing is hidden: a person says 不适用. */
function shows(kind: UnitKind, unit: Unit, sub: string | null): boolean {
  if (sub === null || sub === 'general') return true
  const systems = kind.systems.length === 1 ? kind.systems : kind.systems.filter(s => s.id === unit.sub)
  return !systems.length || systems.some(system => system.shows.includes(sub))
}

function question(category: Category, item: Item, unit: Unit | null): Question {
  return {
    key: questionKey(item.id, unit?.id),
    category: category.id,
    // Items without a sub-type are grouped by where one stands, so one tap never passes what was not walked past.
    group: `${item.sub ?? item.zone}@${unit?.id || 'site'}`,
    item,
    unit,
  }
}
