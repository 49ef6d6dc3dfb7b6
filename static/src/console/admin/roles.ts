/** Which roles an organisation of a kind gives its people; the server says the same and has the last word. */
const OFFICE = ['officer', 'administrator']

export const ROLES: Record<string, string[]> = {
  insurer: ['surveyor', 'supervisor', 'reviewer', 'administrator'],
  service_agency: ['surveyor', 'dispatcher', 'administrator'],
  construction_authority: OFFICE,
  social_insurance_agency: OFFICE,
  injury_determination_authority: OFFICE,
  labor_capacity_committee: OFFICE,
  safety_supervision_body: OFFICE,
  emergency_authority: OFFICE,
  operator: ['administrator'],
}
