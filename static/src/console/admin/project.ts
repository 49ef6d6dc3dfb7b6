/** One project as those who keep it see it. */
import type { Schema } from '../../shared/api/client'

export type UnitChange = Schema<'UnitChange'>
export type Unit = Schema<'RegisteredUnit'>
export type Site = Schema<'ApprovedSite'>
export type Service = Schema<'Service'>
export type Policy = Schema<'Policy'>
export type Project = Schema<'OneProject'>
export type Pool = Schema<'Pool'>

export const SCHEMES = ['construction_liability', 'work_injury_performance'] as const
export const PARTIES = ['contractor', 'project_owner', 'supervision_firm'] as const
export const STAGES = ['基础', '主体结构', '装饰装修', '市政管网', '竣工收尾']

/** Kinds of units and their systems, as the register has them. */
export const SYSTEMS: Record<string, string[]> = {
  tower_crane: [],
  builders_hoist: [],
  material_hoist: [],
  mobile_crane: [],
  formwork_area: ['coupler', 'disklock', 'other'],
  pit: [],
  scaffold: ['coupler', 'disklock', 'cantilever', 'cantilever_coupler', 'cantilever_disklock', 'other'],
  attached_scaffold: [],
  basket: [],
  platform: [],
}
/** What is written down of a unit, in the order in which it is read. */
export const DETAILS = ['model', 'scale', 'plate', 'maker', 'installed_on', 'calibrated_until']
/** Machines have a plate; works have a size. */
export const MACHINES = ['tower_crane', 'builders_hoist', 'material_hoist', 'mobile_crane', 'basket', 'attached_scaffold']
