/** One project as those who keep it see it. */
import type { Named, Organisation } from './types'

export interface UnitChange {
  at: string
  by: Named | null
  what: 'added' | 'changed' | 'removed' | 'put_back'
  name: string
  sub: string | null
}

export interface Unit {
  id: string
  kind: string
  sub: string | null
  name: string
  details: Record<string, string>
  etag: string
  registered_at: string
  removed_at: string | null
  changes: UnitChange[]
}

export interface Site {
  lon: number
  lat: number
  polygon: [number, number][]
  etag: string
  approved_by: Named | null
  approved_at: string
}

export interface Service {
  id: string
  etag: string
  scheme: string
  originating_insurer: Organisation
  service_insurer: Organisation
  agency: Organisation | null
  starts_on: string
  ends_on: string | null
}

export interface Policy {
  id: string
  etag: string
  scheme: string
  number: string
  insurer_id: string
  insurer: Organisation
  pool_id: string | null
  insured_amount: string | null
  starts_on: string
  ends_on: string
}

export interface Project {
  id: string
  name: string
  address: string
  area: string
  stage: string
  site: Site | null
  units: Unit[]
  former_units: Unit[]
  parties: { id: string; party: string; organisation: Organisation }[]
  services: Service[]
  policies: Policy[]
  may: { manage: boolean; register: boolean; site: boolean }
}

export interface Pool {
  id: string
  name: string
  lead_insurer: Organisation
  members: { id: string; insurer: Organisation; starts_on: string; ends_on: string | null }[]
}

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
