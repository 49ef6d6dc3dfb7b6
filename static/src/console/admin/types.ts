/** What administrators see, as the API says it. */
import type { Schema } from '../../shared/api/client'

export type Named = Schema<'ByName'>
export type Organisation = Schema<'Organisation'>
export type OneOrganisation = Schema<'OneOrganisation'>
export type ListedPerson = Schema<'ListedPerson'>
export type Device = Schema<'EnrolledDevice'>
export type Appointment = Schema<'Appointment'>
export type Person = Schema<'AdministeredPerson'>
export type ToldOnce = Schema<'ToldOnce'>

export const KINDS = [
  'insurer', 'service_agency', 'construction_authority', 'social_insurance_agency', 'injury_determination_authority', 'labor_capacity_committee',
  'safety_supervision_body', 'emergency_authority', 'contractor', 'project_owner', 'supervision_firm', 'operator',
] as const

/** Authorities: what they see is cut by level and area. */
export const WITH_AREA: readonly string[] = KINDS.slice(2, 8)
/** Nobody of theirs signs in. */
export const WITHOUT_PEOPLE: readonly string[] = ['contractor', 'project_owner', 'supervision_firm']
