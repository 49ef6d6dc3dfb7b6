/** Tasks as those read them who give them out. */
import type { Schema } from '../../../shared/api/client'

export type Named = Schema<'Named'>
export type Assignment = Schema<'Assignment'>
export type IssuedTask = Schema<'IssuedTask'>
export type Candidates = Schema<'Candidates'>
export type MonthItem = Schema<'MonthItem'>
export type Scheme = 'construction_liability' | 'work_injury_performance'
export type MonthIssue = Schema<'MonthIssue'>

export const STATES = ['overdue', 'unassigned', 'open', 'done', 'withdrawn'] as const
export const MONTH_STATES = ['missing', 'unassigned', 'issued', 'done'] as const

/** What a chosen taker is in the API: `surveyor:<id>` or `organisation:<id>`. */
export function takerOf(chosen: string): { surveyor_id?: string; organisation_id?: string } {
  const [kind, id] = chosen.split(':')
  return kind === 'organisation' ? { organisation_id: id! } : { surveyor_id: id! }
}

/** How a task's 收到 stands: waiting for the first answer is no alarm, silence after it is. */
export function callState(call: NonNullable<IssuedTask['acknowledgement']>): 'waiting' | 'awaited' | 'acknowledged' | 'over' {
  return call.state === 'awaited' && call.calls.at(-1)?.step === 'assignee' ? 'waiting' : call.state
}

export const CALL_CHIP = { waiting: 'wait', awaited: 'unsafe', acknowledged: 'safe', over: 'mute' } as const
