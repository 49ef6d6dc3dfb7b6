"""A planned check as the phone would have filled it: every question answered, every proof photo taken. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from fieldapp.checklists import completeness, walk
from fieldapp.checklists.form import Absence, Answer, Due, Edition, Photo, State, Unit
from fieldapp.demo.city import Project
from fieldapp.demo.history import PlannedFinding, PlannedPhoto, PlannedVisit

ABSENT_REASON = "not_started"
BETWEEN_SHOTS = timedelta(seconds=70)
GONE_BACK_AFTER = timedelta(days=3, hours=2)
BETWEEN_HAZARDS = timedelta(minutes=25)
CLOSED = ("closed", "submitted")
"""How a planned hazard ends when somebody goes back to it; of every other it is told why it is late."""


@dataclass(frozen=True)
class Taken:
    """One photo of the check: what it is filed under, and what to draw."""

    question: str | None
    category: str | None
    shot: str
    finding: PlannedFinding | None
    planned: PlannedPhoto


@dataclass(frozen=True)
class Check:
    visit: PlannedVisit
    nonce: str
    units: tuple[Unit, ...]
    questions: tuple[walk.Question, ...]
    absent: tuple[str, ...]
    findings: dict[str, PlannedFinding]  # by question
    taken: tuple[Taken, ...]
    gone_back: tuple[Taken, ...] = ()  # what the re-inspections photograph, one for each hazard

    @property
    def ended_at(self):
        return self.taken[-1].planned.at + timedelta(minutes=6)


def fill(
    visit: PlannedVisit, project: Project, unit_ids: dict[str, str], edition: Edition, nonce: str
) -> Check:
    """The check with its planned photos, and those added that the form still asks for."""
    units = tuple(
        Unit(id=unit_ids[u.name], kind=u.kind, name=u.name, sub=u.sub) for u in project.units
    )
    there = walk.on_site(edition, units)
    absent = tuple(c.id for c in edition.categories if c.id not in there)
    findings = {walk.question_key(f.item, f.unit and unit_ids[f.unit]): f for f in visit.findings}
    taken = [_planned(photo, unit_ids, findings) for photo in visit.photos]
    check = Check(
        visit, nonce, units, walk.questions(edition, units, absent), absent, findings, tuple(taken)
    )
    whole = replace(check, taken=(*taken, *_added(check, edition, project)))
    return replace(whole, gone_back=tuple(_gone_back(whole, project)))


def state_of(check: Check) -> State:
    return State(
        units=check.units,
        nonce=check.nonce,
        answers={q.key: _answer(check.findings.get(q.key)) for q in check.questions},
        absences={category: Absence(ABSENT_REASON) for category in check.absent},
        photos=[
            Photo(t.question or walk.absence_key(t.category or ""), t.shot)  # type: ignore[arg-type]
            for t in check.taken
        ],
    )


def _planned(
    photo: PlannedPhoto, unit_ids: dict[str, str], findings: dict[str, PlannedFinding]
) -> Taken:
    key = walk.question_key(photo.item, photo.unit and unit_ids[photo.unit])
    return Taken(key, None, photo.shot, findings.get(key), photo)


def _added(check: Check, edition: Edition, project: Project) -> list[Taken]:
    """What completeness still asks for, taken after the planned photos."""
    units = {unit.id: unit.name for unit in check.units}
    last = check.taken[-1].planned
    added: list[Taken] = []
    for lack in completeness.completeness(edition, state_of(check)).missing:
        if lack.shot is None:
            continue
        at = last.at + BETWEEN_SHOTS * (len(added) + 1)
        verdict = last.verdict and "accepted"  # judged where the check's other photos are
        seed = last.seed + len(added) + 1
        item, _, unit = lack.key.rpartition("@")
        if item == "absent":
            planned = PlannedPhoto("gate", None, "", at, seed, project.key, verdict=verdict)
            added.append(Taken(None, lack.category, lack.shot, None, planned))
            continue
        planned = PlannedPhoto(
            item, units.get(unit), _drawable(lack.shot), at, seed, project.key, verdict=verdict
        )
        added.append(Taken(lack.key, None, lack.shot, check.findings.get(lack.key), planned))
    return added


def _gone_back(check: Check, project: Project) -> Iterator[Taken]:
    """The same place some days later: put right, or as it was."""
    units = {unit.id: unit.name for unit in check.units}
    for n, (key, finding) in enumerate(check.findings.items()):
        if finding.closing == "fixed_on_site":
            continue
        right = finding.closing in CLOSED
        item, _, unit = key.rpartition("@")
        at = check.ended_at + GONE_BACK_AFTER + n * BETWEEN_HAZARDS
        seed = check.taken[-1].planned.seed + 500 + n
        planned = PlannedPhoto(
            item, units.get(unit), "near", at, seed, project.key, not right, verdict="accepted"
        )
        yield Taken(key, None, "after" if right else "before", finding, planned)


def _drawable(shot: str) -> str:
    return shot if shot in {"far", "near", "meter", "doc"} else ""


def _answer(finding: PlannedFinding | None) -> Answer:
    if finding is None:
        return Answer("pass")
    return Answer(
        "fail",
        words=finding.words,
        major_answer=finding.major_answer if finding.major_answer is not None else False,
        fixed_on_site=finding.closing == "fixed_on_site",
        deadline=Due("same_day"),
    )
