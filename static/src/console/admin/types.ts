/** What administrators see, as the API says it. */
export interface Named {
  name: string
}

export interface Organisation {
  id: string
  name: string
  short_name: string
  kind: string
  level: string | null
  area: string | null
}

export interface OneOrganisation extends Organisation {
  administrators: Named[]
}

export interface ListedPerson {
  id: string
  name: string
  sign_in_name: string
  phone: string | null
  organisation: Organisation
  roles: string[]
  state: 'active' | 'invited' | 'ended'
  last_seen_at: string | null
}

export interface Device {
  id: string
  name: string
  enrolled_at: string
  revocation: { revoked_at: string; reason: string } | null
}

export interface Appointment {
  role: string
  starts_at: string
  ends_at: string | null
  given_by: Named | null
  ended_by: Named | null
}

export interface Person extends ListedPerson {
  appointments: Appointment[]
  devices: Device[]
  ending: { ended_at: string; ended_by: Named | null; reason: string } | null
  one_time_password: { made_at: string; ends_at: string } | null
  givable: string[]
}

export interface ToldOnce {
  person: Person
  password: string
  ends_at: string
}

export const KINDS = [
  'insurer', 'service_agency', 'construction_authority', 'social_insurance_agency', 'injury_determination_authority', 'labor_capacity_committee',
  'safety_supervision_body', 'emergency_authority', 'contractor', 'project_owner', 'supervision_firm', 'operator',
] as const

/** Authorities: what they see is cut by level and area. */
export const WITH_AREA: readonly string[] = KINDS.slice(2, 8)
/** Nobody of theirs signs in. */
export const WITHOUT_PEOPLE: readonly string[] = ['contractor', 'project_owner', 'supervision_firm']
