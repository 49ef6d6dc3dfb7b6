"""Who may do what: (act, scheme) -> kinds of organisation and roles. Nothing is allowed that is not listed here."""

from enum import StrEnum


class Scheme(StrEnum):
    LIABILITY = "construction_liability"
    INJURY = "work_injury_performance"


class Kind(StrEnum):
    """What an organisation is; decides which acts its people can have at all."""

    INSURER = "insurer"
    SERVICE_AGENCY = "service_agency"
    CONSTRUCTION_AUTHORITY = "construction_authority"
    SOCIAL_INSURANCE_AGENCY = "social_insurance_agency"
    INJURY_DETERMINATION_AUTHORITY = "injury_determination_authority"
    LABOR_CAPACITY_COMMITTEE = "labor_capacity_committee"
    SAFETY_SUPERVISION_BODY = "safety_supervision_body"
    EMERGENCY_AUTHORITY = "emergency_authority"
    CONTRACTOR = "contractor"
    PROJECT_OWNER = "project_owner"
    SUPERVISION_FIRM = "supervision_firm"
    OPERATOR = "operator"


class Role(StrEnum):
    SURVEYOR = "surveyor"
    DISPATCHER = "dispatcher"
    SUPERVISOR = "supervisor"
    REVIEWER = "reviewer"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


_OFFICE_ROLES = (Role.OFFICER, Role.ADMINISTRATOR)

ROLES: dict[Kind, tuple[Role, ...]] = {
    Kind.INSURER: (Role.SURVEYOR, Role.SUPERVISOR, Role.REVIEWER, Role.ADMINISTRATOR),
    Kind.SERVICE_AGENCY: (Role.SURVEYOR, Role.DISPATCHER, Role.ADMINISTRATOR),
    Kind.CONSTRUCTION_AUTHORITY: _OFFICE_ROLES,
    Kind.SOCIAL_INSURANCE_AGENCY: _OFFICE_ROLES,
    Kind.INJURY_DETERMINATION_AUTHORITY: _OFFICE_ROLES,
    Kind.LABOR_CAPACITY_COMMITTEE: _OFFICE_ROLES,
    Kind.SAFETY_SUPERVISION_BODY: _OFFICE_ROLES,
    Kind.EMERGENCY_AUTHORITY: _OFFICE_ROLES,
    # The parties of a project answer by links; nobody of theirs signs in.
    Kind.CONTRACTOR: (),
    Kind.PROJECT_OWNER: (),
    Kind.SUPERVISION_FIRM: (),
    Kind.OPERATOR: (Role.ADMINISTRATOR,),
}
"""Which roles an organisation of this kind can give its people."""


class Act(StrEnum):
    TASK_READ = "task.read"
    TASK_DISPATCH = "task.dispatch"
    VISIT_SUBMIT = "visit.submit"
    FILE_SEND = "file.send"
    VISIT_READ = "visit.read"
    VISIT_READ_PERSONAL = "visit.read_personal"
    EVIDENCE_READ = "evidence.read"
    EVIDENCE_JUDGE_QUALITY = "evidence.judge_quality"
    EVIDENCE_JUDGE_ADMISSIBILITY = "evidence.judge_admissibility"
    EVIDENCE_REDACT = "evidence.redact"
    AGREEMENT_READ = "agreement.read"
    RESEMBLANCE_REVIEW = "resemblance.review"
    SEVERITY_CONFIRM = "severity.confirm"
    QUARANTINE_READ = "quarantine.read"
    QUARANTINE_DECIDE = "quarantine.decide"
    HAZARD_READ = "hazard.read"
    SPOT_INSPECTION_MAKE = "spot_inspection.make"
    FINDING_READ = "finding.read"
    FINDING_RESPOND = "finding.respond"
    FACT_RECORD = "fact.record"
    FACT_WITHDRAW = "fact.withdraw"
    ABSENCE_ANSWER = "absence.answer"
    CASE_READ = "case.read"
    CASE_REPORT = "case.report"
    CASE_HAND_OVER = "case.hand_over"
    FORM_READ = "form.read"
    FORM_GRADE = "form.grade"
    YEAR_RECORD = "year.record"
    OCCURRENCE_READ = "occurrence.read"
    OCCURRENCE_PROPOSE = "occurrence.propose"
    OCCURRENCE_VERIFY = "occurrence.verify"
    OCCURRENCE_APPEAL = "occurrence.appeal"
    SHEET_READ = "sheet.read"
    PROJECT_READ = "project.read"
    LEDGER_READ = "ledger.read"
    BUNDLE_ORDER = "bundle.order"
    BUNDLE_ORDER_FULL = "bundle.order_full"
    ORGANISATION_MANAGE = "organisation.manage"
    PERSON_MANAGE = "person.manage"
    PROJECT_MANAGE = "project.manage"
    REGISTER_KEEP = "register.keep"
    SITE_APPROVE = "site.approve"


Who = frozenset[tuple[Kind, Role]]

_INSURER_SURVEYOR = (Kind.INSURER, Role.SURVEYOR)
_AGENCY_SURVEYOR = (Kind.SERVICE_AGENCY, Role.SURVEYOR)
_AGENCY_DISPATCHER = (Kind.SERVICE_AGENCY, Role.DISPATCHER)
_SUPERVISOR = (Kind.INSURER, Role.SUPERVISOR)
_REVIEWER = (Kind.INSURER, Role.REVIEWER)
_CONSTRUCTION = (Kind.CONSTRUCTION_AUTHORITY, Role.OFFICER)
_SOCIAL = (Kind.SOCIAL_INSURANCE_AGENCY, Role.OFFICER)
_INJURY = (Kind.INJURY_DETERMINATION_AUTHORITY, Role.OFFICER)
_OPERATOR = (Kind.OPERATOR, Role.ADMINISTRATOR)

_FIELD = {_INSURER_SURVEYOR, _AGENCY_SURVEYOR}
_OFFICE = {_AGENCY_DISPATCHER, _SUPERVISOR, _REVIEWER}

_BOTH = (Scheme.LIABILITY, Scheme.INJURY)


def _in(schemes: tuple[Scheme, ...], *who: tuple[Kind, Role]) -> dict[Scheme | None, Who]:
    return dict.fromkeys(schemes, frozenset(who))


POLICY: dict[Act, dict[Scheme | None, Who]] = {
    Act.TASK_READ: _in(_BOTH, *_FIELD),
    Act.TASK_DISPATCH: _in(_BOTH, _SUPERVISOR, _AGENCY_DISPATCHER),
    Act.VISIT_SUBMIT: _in(_BOTH, *_FIELD),
    # The bytes of what one photographed: on a phone, and at an authority's own finding.
    Act.FILE_SEND: _in((Scheme.LIABILITY,), *_FIELD, _CONSTRUCTION)
    | _in((Scheme.INJURY,), *_FIELD),
    Act.VISIT_READ: _in((Scheme.LIABILITY,), *_FIELD, *_OFFICE, _CONSTRUCTION)
    | _in((Scheme.INJURY,), *_FIELD, *_OFFICE, _SOCIAL, _INJURY),
    Act.VISIT_READ_PERSONAL: _in((Scheme.LIABILITY,), _SUPERVISOR)
    | _in((Scheme.INJURY,), _SUPERVISOR, _SOCIAL, _INJURY),
    Act.EVIDENCE_READ: _in((Scheme.LIABILITY,), *_FIELD, *_OFFICE, _CONSTRUCTION)
    | _in((Scheme.INJURY,), *_FIELD, *_OFFICE, _SOCIAL, _INJURY),
    Act.EVIDENCE_JUDGE_QUALITY: _in(_BOTH, _SUPERVISOR),
    Act.EVIDENCE_JUDGE_ADMISSIBILITY: _in((Scheme.LIABILITY,), _CONSTRUCTION)
    | _in((Scheme.INJURY,), _SOCIAL),
    # No insurer deletes what it is judged by. The operator does it at the machine itself.
    Act.EVIDENCE_REDACT: _in((Scheme.LIABILITY,), _CONSTRUCTION) | _in((Scheme.INJURY,), _SOCIAL),
    Act.AGREEMENT_READ: _in((Scheme.LIABILITY,), _CONSTRUCTION) | _in((Scheme.INJURY,), _SOCIAL),
    Act.RESEMBLANCE_REVIEW: _in((Scheme.LIABILITY,), _SUPERVISOR, _CONSTRUCTION)
    | _in((Scheme.INJURY,), _SUPERVISOR, _SOCIAL),
    Act.SEVERITY_CONFIRM: _in((Scheme.LIABILITY,), _REVIEWER),
    Act.QUARANTINE_READ: _in(_BOTH, _SUPERVISOR, _AGENCY_DISPATCHER),
    Act.QUARANTINE_DECIDE: _in(_BOTH, _SUPERVISOR, _AGENCY_DISPATCHER),
    Act.HAZARD_READ: _in((Scheme.LIABILITY,), *_FIELD, *_OFFICE, _CONSTRUCTION),
    Act.SPOT_INSPECTION_MAKE: _in((Scheme.LIABILITY,), _CONSTRUCTION),
    Act.FINDING_READ: _in((Scheme.LIABILITY,), _CONSTRUCTION, _SUPERVISOR, _REVIEWER),
    Act.FINDING_RESPOND: _in((Scheme.LIABILITY,), _SUPERVISOR),
    Act.FACT_RECORD: _in((Scheme.LIABILITY,), _CONSTRUCTION),
    Act.FACT_WITHDRAW: _in((Scheme.LIABILITY,), _CONSTRUCTION) | _in((Scheme.INJURY,), _SOCIAL),
    Act.ABSENCE_ANSWER: _in(_BOTH, _SUPERVISOR),
    Act.CASE_READ: _in((Scheme.INJURY,), _SOCIAL, _INJURY, _SUPERVISOR),
    # Reports come in where people call: at the insurer, and at the authorities that do not depend on it.
    Act.CASE_REPORT: _in((Scheme.INJURY,), _SOCIAL, _INJURY, _SUPERVISOR),
    Act.CASE_HAND_OVER: _in((Scheme.INJURY,), _SUPERVISOR),
    Act.FORM_READ: _in((Scheme.LIABILITY,), _CONSTRUCTION, _SUPERVISOR),
    Act.FORM_GRADE: _in((Scheme.LIABILITY,), _CONSTRUCTION),
    Act.YEAR_RECORD: _in((Scheme.LIABILITY,), _CONSTRUCTION) | _in((Scheme.INJURY,), _SOCIAL),
    Act.OCCURRENCE_READ: _in((Scheme.LIABILITY,), _CONSTRUCTION, _SUPERVISOR)
    | _in((Scheme.INJURY,), _SOCIAL, _SUPERVISOR),
    Act.OCCURRENCE_PROPOSE: _in((Scheme.LIABILITY,), _CONSTRUCTION)
    | _in((Scheme.INJURY,), _SOCIAL),
    Act.OCCURRENCE_VERIFY: _in((Scheme.LIABILITY,), _CONSTRUCTION) | _in((Scheme.INJURY,), _SOCIAL),
    Act.OCCURRENCE_APPEAL: _in(_BOTH, _SUPERVISOR),
    Act.SHEET_READ: _in((Scheme.LIABILITY,), _CONSTRUCTION, _SUPERVISOR)
    | _in((Scheme.INJURY,), _SOCIAL, _SUPERVISOR),
    Act.PROJECT_READ: _in((Scheme.LIABILITY,), *_FIELD, *_OFFICE, _CONSTRUCTION, _OPERATOR)
    | _in((Scheme.INJURY,), *_FIELD, *_OFFICE, _SOCIAL, _INJURY, _OPERATOR),
    Act.LEDGER_READ: _in((Scheme.LIABILITY,), *_OFFICE, _CONSTRUCTION)
    | _in((Scheme.INJURY,), *_OFFICE, _SOCIAL, _INJURY),
    Act.BUNDLE_ORDER: _in((Scheme.LIABILITY,), *_OFFICE, _CONSTRUCTION)
    | _in((Scheme.INJURY,), *_OFFICE, _SOCIAL, _INJURY),
    # Words, records and papers of people: who may read personal answers.
    Act.BUNDLE_ORDER_FULL: _in((Scheme.LIABILITY,), _SUPERVISOR)
    | _in((Scheme.INJURY,), _SUPERVISOR, _SOCIAL, _INJURY),
    Act.ORGANISATION_MANAGE: {None: frozenset({_OPERATOR})},
    Act.PERSON_MANAGE: {
        None: frozenset((k, Role.ADMINISTRATOR) for k, held in ROLES.items() if held)
    },
    Act.PROJECT_MANAGE: _in(_BOTH, _OPERATOR),
    Act.REGISTER_KEEP: _in(_BOTH, _OPERATOR, _SUPERVISOR, _AGENCY_DISPATCHER),
    Act.SITE_APPROVE: _in(_BOTH, _OPERATOR, _SUPERVISOR),
}


def schemes_of(act: Act, kind: Kind, roles: frozenset[Role]) -> frozenset[Scheme | None]:
    """In which schemes somebody of this kind of organisation, with these roles, may do this."""
    held = {(kind, role) for role in roles}
    return frozenset(scheme for scheme, who in POLICY[act].items() if who & held)
