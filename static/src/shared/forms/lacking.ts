/** What a filled-in form lacks or contradicts. Twin of fieldapp/checklists/forms/lacking.py: same order, same words. */
import { Answers, readAs, trimmed, type Place } from './answering'
import { organisationCode, personId, phone } from './identity'
import type { Field, Filled, FormEdition, Gap, Raw } from './types'
import { compare, exact } from './values'

const CHECKED: Partial<Record<Field['type'], (typed: string) => string | null>> = {
  person_id: personId, organisation_code: organisationCode, phone,
}

export function gaps(edition: FormEdition, filled: Filled): Gap[] {
  return gapsIn(new Answers(edition, filled))
}

export function gapsIn(answers: Answers): Gap[] {
  return [...ofRows(answers), ...answers.places().flatMap(place => at(place, answers))]
}

function ofRows(answers: Answers): Gap[] {
  const { edition, filled } = answers
  return (edition.groups ?? []).flatMap((group) => {
    const asked = edition.sections.some(section => section.group === group.id && answers.holds(section.applies_if, null))
    const missing = answers.rowsWanted(group) - (filled.rows[group.id] ?? []).length
    if (!asked || missing <= 0) return []
    const wanted = answers.rowsWanted(group)
    return [{
      path: group.id, code: 'rows_missing',
      zh: `${group.zh}：至少 ${wanted} 组，还缺 ${missing} 组`, en: `${group.en}: at least ${wanted}, ${missing} missing`,
    }]
  })
}

function at(place: Place, answers: Answers): Gap[] {
  const { field, row, path } = place
  const found = field.computed === undefined ? byType(place, answers) : []
  if (field.rule && isAnswered(place, answers) && answers.said(field.rule, row) === false) {
    found.push({ path, code: 'broken_rule', zh: field.rule_zh ?? `${field.zh}与其他内容不符`, en: field.rule_en ?? `${field.en} contradicts the rest` })
  }
  return found
}

function byType(place: Place, answers: Answers): Gap[] {
  if (place.field.type === 'photos') return ofPhotos(place, answers)
  return place.field.type === 'signature' ? ofSignature(place, answers) : ofAnswer(place, answers)
}

function isAnswered(place: Place, answers: Answers): boolean {
  if (place.field.computed !== undefined) return answers.value(place) !== null
  return place.field.type === 'photos' ? answers.photosAt(place) > 0 : isSaid(answers.raw(place))
}

export function isSaid(raw: Raw | null | undefined): raw is Raw {
  if (typeof raw === 'string') return trimmed(raw) !== ''
  return raw !== null && raw !== undefined && !(Array.isArray(raw) && raw.length === 0)
}

function ofAnswer(place: Place, answers: Answers): Gap[] {
  const { field, path, row } = place
  const raw = answers.raw(place)
  if (!isSaid(raw)) {
    return answers.required(place) ? [{ path, code: 'missing', zh: `未填：${field.zh}`, en: `Not filled in: ${field.en}` }] : []
  }
  if (['number', 'date', 'time'].includes(field.type) && readAs(field.type, raw) === null) {
    return [{ path, code: 'unreadable', zh: `看不懂：${field.zh}`, en: `Cannot be read: ${field.en}` }]
  }
  const check = CHECKED[field.type]
  if (!check || !answers.holds(field.check_if, row)) return ofBounds(place, raw)
  return check(raw as string) === null ? [{ path, code: 'bad_number', zh: `号码有误：${field.zh}`, en: `Not a valid number: ${field.en}` }] : []
}

function ofBounds({ field, path }: Place, raw: Raw): Gap[] {
  const { least, most, zh, en } = field
  if (field.type === 'number') {
    const value = readAs('number', raw)
    const low = least !== undefined && compare('<', value, exact(least)) === true
    const high = most !== undefined && compare('>', value, exact(most)) === true
    const between = `${least ?? ''}～${most ?? ''}`
    return low || high ? [{ path, code: 'out_of_range', zh: `超出范围（${between}）：${zh}`, en: `Outside ${between}: ${en}` }] : []
  }
  if (field.type !== 'text' || !least || [...trimmed(raw as string)].length >= Number(least)) return []
  return [{ path, code: 'too_short', zh: `至少 ${least} 字：${zh}`, en: `At least ${least} characters: ${en}` }]
}

function ofPhotos(place: Place, answers: Answers): Gap[] {
  const { field, path } = place
  const wanted = answers.required(place) ? Number(field.least ?? 1) : 0
  const missing = wanted - answers.photosAt(place)
  if (missing <= 0) return []
  const raw = answers.raw(place)
  const why = raw !== null && typeof raw === 'object' && 'unavailable' in raw ? raw.unavailable : null
  if (isSaid(why)) return [{ path, code: 'unavailable', zh: `无法取得：${field.zh}（${why}）`, en: `Not obtainable: ${field.en} (${why})` }]
  return [{ path, code: 'photo_missing', zh: `缺照片 ${missing} 张：${field.zh}`, en: `${missing} photos missing: ${field.en}` }]
}

function ofSignature(place: Place, answers: Answers): Gap[] {
  const { field, path } = place
  const raw = answers.raw(place)
  if (raw === null || typeof raw !== 'object' || !('outcome' in raw)) {
    return answers.required(place) ? [{ path, code: 'signature_missing', zh: `未签：${field.zh}`, en: `Not signed: ${field.en}` }] : []
  }
  if (raw.outcome === 'refused') {
    return [
      ...(isSaid(raw.reason) ? [] : [{ path, code: 'reason_missing', zh: `未写明原因：${field.zh}`, en: `No reason given: ${field.en}` }]),
      ...(answers.photosAt(place) ? [] : [{ path, code: 'photo_missing', zh: `缺现场照片：${field.zh}`, en: `Scene photo missing: ${field.en}` }]),
    ]
  }
  const missing = Number(field.least ?? 1) - raw.signers.length
  if (missing <= 0) return []
  return [{ path, code: 'signers_missing', zh: `还差 ${missing} 人签名：${field.zh}`, en: `${missing} signatures missing: ${field.en}` }]
}
