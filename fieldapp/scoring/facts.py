"""The facts a sheet is made from, read from JSON with every fault found in one pass."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from fieldapp.errors import Fault
from fieldapp.scoring.reading import Place, Unacceptable
from fieldapp.scoring.scheme import NOT_APPLICABLE, DeductionScheme, FormKind, GradedScheme

CONFIRMED = "confirmed"
STATES = ("proposed", "verified", "notified", "appealed", "decided", "final", CONFIRMED)
ACCIDENT_MEASURES = ("deaths", "serious_injuries", "loss_yuan")

T = TypeVar("T")


@dataclass(frozen=True)
class Occurrence:
    """Something that a clause may count: `count` times. Also a compliance event (once)."""

    id: str
    clause: str
    state: str
    evidence: tuple[str, ...]
    count: int = 1

    @property
    def counts(self) -> bool:
        return not self.doubts

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why it does not count."""
        unconfirmed = f"状态为 {self.state}，不是 {CONFIRMED}" if self.state != CONFIRMED else ""
        return tuple(filter(None, (unconfirmed, "" if self.evidence else "没有证据")))


@dataclass(frozen=True)
class Satisfaction:
    satisfied: int | None
    valid: int | None


@dataclass(frozen=True)
class DeductionFacts:
    subject: str
    period: str
    occurrences: tuple[Occurrence, ...]
    satisfaction: Satisfaction | None


@dataclass(frozen=True)
class Form:
    form: str
    part: str
    assessor: str
    grades: Mapping[str, str]


@dataclass(frozen=True)
class Accident:
    """A measure or responsibility that nobody recorded is absent, not 0 and not false."""

    id: str
    measures: Mapping[str, int]
    responsibility: bool | None


@dataclass(frozen=True)
class GradedFacts:
    """`weights` None: those of the scheme; else of the parts that are due (CL-A19)."""

    subject: str
    period: str
    forms: tuple[Form, ...]
    facts: Mapping[str, int]
    compliance_events: tuple[Occurrence, ...]
    accidents: tuple[Accident, ...]
    weights: Mapping[str, Fraction] | None


def deduction_facts(document: object, scheme: DeductionScheme) -> DeductionFacts:
    """Raises Unacceptable with every fault."""
    root = Place(document, "", [])
    members = root.members(("subject", "period"), ("occurrences", "satisfaction"))
    kinds = {clause.id: clause.kind for clause in scheme.clauses.values()}
    read = DeductionFacts(
        subject=members["subject"].text(),
        period=members["period"].text(),
        occurrences=_list(members, "occurrences", lambda place: _occurrence(place, kinds)),
        satisfaction=_satisfaction(members["satisfaction"]) if "satisfaction" in members else None,
    )
    _distinct(members, "occurrences", [o.id for o in read.occurrences])
    return _sound(read, root.faults)


def graded_facts(document: object, scheme: GradedScheme) -> GradedFacts:
    """Raises Unacceptable with every fault."""
    root = Place(document, "", [])
    members = root.members(
        ("subject", "period"),
        ("forms", "facts", "compliance_events", "accidents", "reweighting"),
    )
    clauses = scheme.veto_clauses
    read = GradedFacts(
        subject=members["subject"].text(),
        period=members["period"].text(),
        forms=_list(members, "forms", lambda place: _form(place, scheme)),
        facts=_recorded(members["facts"], scheme) if "facts" in members else {},
        compliance_events=_list(members, "compliance_events", lambda p: _event(p, clauses)),
        accidents=_list(members, "accidents", _accident),
        weights=_reweighting(members["reweighting"], scheme) if "reweighting" in members else None,
    )
    _one_form_each(members, read.forms)
    _distinct(members, "compliance_events", [event.id for event in read.compliance_events])
    _distinct(members, "accidents", [accident.id for accident in read.accidents])
    return _sound(read, root.faults)


def _sound(read: T, faults: list[Fault]) -> T:
    if faults:
        raise Unacceptable(faults)
    return read


def _list(members: Mapping[str, Place], key: str, read: Callable[[Place], T]) -> tuple[T, ...]:
    return tuple(read(place) for place in members[key].entries()) if key in members else ()


def _distinct(members: Mapping[str, Place], key: str, ids: list[str]) -> None:
    for index, id_ in enumerate(ids):
        first = ids.index(id_)
        if id_ and first != index:
            place = members[key].entries()[index].open_members()["id"]
            place.fault("DuplicateId", f"“{id_}” is already the id of {key}/{first}.")


def _occurrence(place: Place, kinds: Mapping[str, str]) -> Occurrence:
    members = place.members(("id", "clause", "state"), ("count", "evidence"))
    clause = members["clause"].word(kinds, "UnknownClause")
    if kinds.get(clause) == "tier":
        members["clause"].fault("TierClause", "This clause is scored from satisfaction alone.")
    return Occurrence(
        id=members["id"].text(),
        clause=clause,
        state=members["state"].word(STATES, "UnknownState"),
        evidence=_evidence(members),
        count=members["count"].natural() if "count" in members else 1,
    )


def _event(place: Place, clauses: Collection[str]) -> Occurrence:
    members = place.members(("id", "clause", "state"), ("evidence",))
    return Occurrence(
        id=members["id"].text(),
        clause=members["clause"].word(clauses, "UnknownClause"),
        state=members["state"].word(STATES, "UnknownState"),
        evidence=_evidence(members),
    )


def _evidence(members: Mapping[str, Place]) -> tuple[str, ...]:
    return _list(members, "evidence", Place.text)


def _satisfaction(place: Place) -> Satisfaction:
    members = place.members((), ("satisfied", "valid"))
    faults_before = len(place.faults)
    satisfied = members["satisfied"].natural() if "satisfied" in members else None
    valid = members["valid"].natural() if "valid" in members else None
    are_sound = len(place.faults) == faults_before
    if are_sound and satisfied is not None and valid is not None and satisfied > valid:
        detail = f"{satisfied} satisfied of {valid} valid answers."
        members["satisfied"].fault("MoreSatisfiedThanValid", detail)
    return Satisfaction(satisfied, valid)


def _form(place: Place, scheme: GradedScheme) -> Form:
    members = place.members(("form", "part", "assessor"), ("grades",))
    parts = {part.id: part.form for part in scheme.parts}
    form = members["form"].word(scheme.forms, "UnknownForm")
    part = members["part"].word(parts, "UnknownPart")
    if form in scheme.forms and part in parts and parts[part] != form:
        members["form"].fault("FormOfAnotherPart", f"{part} is assessed on {parts[part]}.")
    grades = members.get("grades")
    kind = scheme.forms.get(form)
    return Form(
        form=form,
        part=part,
        assessor=members["assessor"].text(),
        grades=_grades(grades, kind, scheme) if grades and kind else {},
    )


def _grades(place: Place, kind: FormKind, scheme: GradedScheme) -> dict[str, str]:
    words = [band.id for band in scheme.head.grades]
    if kind.min_answered is not None:
        words.append(NOT_APPLICABLE)
    items = {item.id for item in kind.items}
    given = place.open_members()
    for id_ in given.keys() - items:
        given[id_].fault("UnknownItem", f"{kind.id} has no such item.")
    return {id_: given[id_].word(words, "UnknownGrade") for id_ in given if id_ in items}


def _one_form_each(members: Mapping[str, Place], forms: tuple[Form, ...]) -> None:
    by = [(form.part, form.assessor) for form in forms]
    for index, (part, assessor) in enumerate(by):
        first = by.index((part, assessor))
        if part and assessor and first != index:
            place = members["forms"].entries()[index].open_members()["assessor"]
            place.fault("DuplicateForm", f"forms/{first} is this assessor's form of {part}.")


def _recorded(place: Place, scheme: GradedScheme) -> dict[str, int]:
    members = place.members((), scheme.facts)
    return {name: members[name].natural() for name in scheme.facts if name in members}


def _accident(place: Place) -> Accident:
    members = place.members(("id",), (*ACCIDENT_MEASURES, "responsibility"))
    return Accident(
        id=members["id"].text(),
        measures={m: members[m].natural() for m in ACCIDENT_MEASURES if m in members},
        responsibility=members["responsibility"].flag() if "responsibility" in members else None,
    )


def _reweighting(place: Place, scheme: GradedScheme) -> dict[str, Fraction]:
    members = place.members(("weights", "evidence"))
    if not _evidence(members) and members["evidence"].value == []:
        members["evidence"].fault("NoEvidence", "A reweighting rests on an authority's decision.")
    parts = {part.id for part in scheme.parts}
    weights = {}
    for part, weight in members["weights"].open_members().items():
        if part not in parts:
            weight.fault("UnknownPart", f"“{part}” is not a part of this scheme.")
        weights[part] = _weight(weight)
    if isinstance(members["weights"].value, dict) and sum(weights.values()) != 1:
        members["weights"].fault("WeightsNotWhole", "The weights do not add up to 1.")
    return weights


def _weight(place: Place) -> Fraction:
    if not isinstance(place.value, str):
        place.fault("NotADecimal", "A weight is a decimal text, such as “0.625”.")
        return Fraction(0)
    weight = place.amount()
    if weight <= 0:
        place.fault("WeightNotAboveZero", "A part without weight is left out instead.")
    return weight
