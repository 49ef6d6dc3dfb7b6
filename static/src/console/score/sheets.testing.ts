/** Sheets, forms and occurrences for tests: whole, and changed only where a case says so. */
import type { FormItem, FormScore, Ground, Line, Occurrence, Sheet } from './types'

const named = (id: string) => ({ id, name: id, short_name: id })

export const aGround = (changed: Partial<Ground>): Ground => ({ kind: 'fact', id: 'f-1', label: '', at: '2026-11-01T00:00:00Z', stands: true, ...changed })

export const aLine = (changed: Partial<Line>): Line => ({ source: 'o-1', clause: 'unclear', counted: true, points: '-1', evidence: [], why: '', ...changed })

export function aFormItem(changed: Partial<FormItem>): FormItem {
  const points = { excellent: '10', good: '8', qualified: '6', unqualified: '0' }
  const none = { grade: null, given_grade: null, score: null, from: null, words: null, graded_at: null, graded_by: null, figures: null }
  const open = { computed: false, reopened: false, locked: false, allowed: Object.keys(points), unreachable: [], lines: [], grounds: [] }
  return { id: 'technical_service', number: 6, zh: '技术服务情况', en: 'Technical service', criteria_zh: '视全面性评比', grade_zh: {}, source: {}, points, ...none, ...open, ...changed }
}

export const aForm = (part: string, total: string | null): FormScore => ({ form: 'authority_opinion', part, assessor: 'bureau', valid: true, total, items: [] })

export function aSheet(changed: Partial<Sheet> = {}): Sheet {
  const pair = (zh: string) => ({ zh, en: zh })
  return {
    scheme: 'construction_liability',
    period: '2026',
    insurer: named('insurer'),
    view: 'provisional',
    provisional: true,
    provisional_because: [],
    sheet: {
      scheme_version: '2026-1', items: null, parts: {}, total: null, grade: null, vetoes: [], missing: [], digest: '',
      forms: [aForm('county_authority', '83'), aForm('county_authority', '89')],
    },
    facts: null,
    bounds: [],
    titles: {
      scheme: pair(''), items: {}, parts: {},
      clauses: { unclear: pair('影像不规范，扣1分。'), fraud: pair('弄虚作假，不得分。') },
      grades: { excellent: pair('优秀'), good: pair('良好'), qualified: pair('合格'), unqualified: pair('不合格') },
      weights: { city_authority: '0.30', county_authority: '0.50', policyholder: '0.20' },
      grade_from: { excellent: '90', good: '85', qualified: '80' },
      sections: [{ id: 'business', items: [{ id: 'survey', content_zh: '', method_zh: '', by_case: true, clauses: ['unclear', 'fraud'] }] }],
      assessors: { bureau: { id: 'bureau', name: '某局', short_name: '某局' } },
    },
    forms: [],
    not_due: [],
    occurrences: [],
    grounds: {},
    changes: [],
    ...changed,
  }
}

export function anOccurrence(steps: string[], changed: Partial<Occurrence> = {}): Occurrence {
  const about = { id: 'o-1', scheme: 'work_injury_performance', period: '2026', clause: 'unclear', clause_title: { zh: '', en: '' }, count: 1, case_id: null }
  return {
    ...about,
    insurer: named('insurer'),
    authority: named('authority'),
    state: steps.at(-1) ?? 'proposed',
    only_by_decision: false,
    counts: false,
    grounds: [],
    steps: steps.map((step) => ({ step, outcome: null, words: '', at: '2026-11-20T00:00:00Z', by: { name: '' } })),
    appeal_due_at: null,
    next: [],
    ...changed,
  }
}
