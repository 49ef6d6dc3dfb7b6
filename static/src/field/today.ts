/** What is to be done, most urgent first. */
import { inEnglish, t } from '../shared/i18n'
import { day, timeOfDay } from '../shared/format'
import { FORM_KINDS, isForm, type Task, type TaskKind } from './types'

export interface Section {
  kind: TaskKind
  tasks: Task[]
}

/** An accident cannot wait, a photo to take again holds up a verdict, a check has its month. */
const ORDER: TaskKind[] = [
  'accident_survey', 're_shoot', 're_inspection', 'medical_check', 'explain', 'follow_up', 'monthly_check', ...FORM_KINDS.slice(2),
]

/** What cannot wait by its kind first, then the section with the soonest deadline. */
export function sectionsOf(tasks: readonly Task[]): Section[] {
  return ORDER
    .map(kind => ({ kind, tasks: tasks.filter(task => task.kind === kind).sort(byDue) }))
    .filter(({ tasks: found }) => found.length > 0)
    .sort((a, b) => rank(a) - rank(b) || byDue(a.tasks[0]!, b.tasks[0]!))
}

const byDue = (a: Task, b: Task) => Date.parse(a.due_at) - Date.parse(b.due_at)

/** Of what was begun: forms are filled in, and a photo to take again is no inspection. */
export function goOnWord(kind: TaskKind): string {
  return isForm(kind) ? 'hero.fill_on' : `hero.${GONE_ON[kind] ?? 'go_on'}`
}

const GONE_ON: Partial<Record<TaskKind, string>> = { re_shoot: 're_shoot', explain: 'explain', re_inspection: 're_inspection' }

/** A kind that somebody waits for keeps its place; among the others the deadline decides. */
function rank({ kind }: Section): number {
  return Math.min(ORDER.indexOf(kind), ORDER.indexOf('follow_up'))
}

const DAY = 86_400_000

/** Whole days in Asia/Shanghai from now to then; negative when it is past. */
export function daysUntil(at: string, now = Date.now()): number {
  return Math.round((Date.parse(`${day(at)}T00:00:00Z`) - Date.parse(`${day(now)}T00:00:00Z`)) / DAY)
}

/** `今天 18:00`, `明天 10:00`, `11月30日`, `已过期 2 天`. */
export function dueWords(at: string, now = Date.now()): string {
  if (Date.parse(at) < now) {
    const late = -daysUntil(at, now)
    return late > 0 ? t('due.late', { days: late }) : t('due.just_late')
  }
  const left = daysUntil(at, now)
  if (left <= 1) return t(left === 0 ? 'due.today' : 'due.tomorrow', { time: timeOfDay(at) })
  return dayWords(at)
}

/** `11月30日`, `30 Nov` */
export function dayWords(at: string): string {
  return new Intl.DateTimeFormat(inEnglish.value ? 'en-GB' : 'zh-CN', { timeZone: 'Asia/Shanghai', month: inEnglish.value ? 'short' : 'long', day: 'numeric' }).format(new Date(at))
}

/** `11 月`, `November` */
function monthWords(period: string): string {
  if (!inEnglish.value) return `${Number(period.slice(5))} 月`
  return new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long' }).format(new Date(`${period}-01T00:00:00Z`))
}

/** `11 月检查`, `November check` */
export function titleOf(task: Task): string {
  if (task.kind === 'monthly_check' && task.period) return t('task.of_month', { name: monthWords(task.period) })
  return t(`task.${task.kind}`)
}

const SCREENS: Partial<Record<TaskKind, string>> = { re_shoot: '/re-shoot', explain: '/explain', re_inspection: '/re-inspection' }

/** Where the visit of a task is worked on; a check has its own screen. */
export function screenOf(task: Task, visitId: string): string {
  return `/visits/${visitId}${SCREENS[task.kind] ?? ''}`
}

/** Whether the visit answers questions of the checklist one by one. */
export function isCheck({ kind }: Task): boolean {
  return kind === 'monthly_check' || kind === 'follow_up'
}
