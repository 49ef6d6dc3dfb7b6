"""What an authority puts on record for a year's score beyond findings: what was left undone, counts, answers it took in."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_

from fieldapp.accounts.models import Organisation, Person
from fieldapp.accounts.permissions import Act
from fieldapp.clock import local_date
from fieldapp.db import db
from fieldapp.errors import Conflict, Fault, Invalid, NotAllowed, NotFound, Stale
from fieldapp.oversight import settling
from fieldapp.oversight.models import RecordedFact
from fieldapp.oversight.settling import Absence
from fieldapp.projects.access import project_for
from fieldapp.projects.models import ProjectParty, Service
from fieldapp.scoring import opening, sheets
from fieldapp.scoring.access import insurer_for
from fieldapp.scoring.gathering import POLICYHOLDER_FORM, Subject
from fieldapp.scoring.grounds import year
from fieldapp.scoring.models import (
    OpinionForm,
    SatisfactionAnswer,
    SatisfactionWithdrawal,
    YearFigures,
)
from fieldapp.scoring.published import INJURY, LIABILITY, graded
from fieldapp.scoring.scheme import NOT_APPLICABLE

Json = dict[str, Any]
DEATHS_FOUND = ("construction_authority", "emergency_authority")
"""Whose count of the dead: either body's suffices, so the higher one counts."""


class TheCitysToRecord(NotAllowed):
    zh = "年度数据和投保单位意见表按全市统计，由市级主管部门录入。"
    en = "The year's figures and policyholders' forms are of the whole city: its authority records them."


class NotOfTheProject(Invalid):
    zh = "该项目本年度不由这家机构服务或引流。"
    en = "This insurer neither served nor brought in the project during the year."


class TakenInAlready(Conflict):
    zh = "这一编号的答复已录入。同一份问卷只计一次。"
    en = "The answer of this number is in already; a questionnaire counts once."


class WithdrawnAlready(Conflict):
    zh = "这份答复已作废。"
    en = "This answer was withdrawn already."


class NotItsPolicyholder(Invalid):
    zh = "该单位没有由这家机构引流的项目，不参加对它的满意度评价。"
    en = "This firm has no project that the insurer brought in; it is not asked about it."


class FormIncomplete(Invalid):
    zh = "五项都要填；不适用的选“不适用”，至少三项有评价。"
    en = "All five items are answered, with “not applicable” where it is so; at least three have a grade."


@dataclass(frozen=True)
class Figures:
    """A year's counts. `deaths_found` by whose count; what nobody knows is left out, never 0. `accidents` as facts have them."""

    deaths_found: dict[str, int]
    counts: dict[str, int]
    accidents: list[Json]


def record_absence(officer: Person, absence: Absence) -> RecordedFact:
    """Raises NotAllowed, WordsNeeded, NotOfTheProject, NotFound for a project beyond the officer's area.

    The same again is the same fact: sent twice, it is not two things left undone. One that was taken back is none.
    """
    if absence.project_id is not None:
        project_for(officer, absence.project_id, Act.YEAR_RECORD)
        if absence.project_id not in _projects_of(
            absence.insurer_id, absence.scheme, absence.period
        ):
            raise NotOfTheProject(where="/project_id")
    sheets.hold(absence.insurer_id)
    return _the_same(officer, absence) or settling.record_absence(officer, absence)


def _the_same(officer: Person, absence: Absence) -> RecordedFact | None:
    own = {"kind": "absence", "authority_id": officer.organisation_id}
    known = (
        db.select(RecordedFact)
        .filter_by(**own, **vars(absence))
        .where(~RecordedFact.withdrawal.has())
    )
    found: RecordedFact | None = db.session.scalar(known.limit(1))
    return found


def record_figures(
    officer: Person, insurer_id: str, period: str, given: Figures, *, replaces: str | None
) -> YearFigures:
    """The year's counts anew and whole; the earlier ones stay on record. Raises TheCitysToRecord, Stale.

    `replaces`: the ones that the officer saw in force. A colleague's accident is not lost to a page opened before it.
    """
    require_city(officer)
    sheets.hold(insurer_id)
    in_force = next((row.id for row in figures(insurer_id, period)), None)
    if replaces != in_force:
        raise Stale(where="/replaces")
    counted: Json = dict(given.counts)
    if given.deaths_found:
        counted["deaths"] = max(given.deaths_found.values())
        counted["deaths_found"] = dict(given.deaths_found)
    if given.accidents:
        counted["accidents"] = [
            {"id": f"a-{place}", **{k: v for k, v in accident.items() if v is not None}}
            for place, accident in enumerate(given.accidents, start=1)
        ]
    return opening.record_figures(insurer_id, period, counted, by=officer)


def take_in_answer(
    officer: Person, insurer_id: str, period: str, answer: Json
) -> SatisfactionAnswer:
    """One valid answer with the number of its paper or call. Raises NotAllowed, TakenInAlready."""
    officer.require(Act.YEAR_RECORD, INJURY)
    sheets.hold(insurer_id)
    known = _answers(insurer_id, period).where(SatisfactionAnswer.voucher == answer["voucher"])
    if db.session.scalar(known) is not None:
        raise TakenInAlready(where="/voucher")
    opening.record_satisfaction(insurer_id, period, [answer | {"recorded_by_id": officer.id}])
    row: SatisfactionAnswer = db.session.scalars(known).one()
    return row


def withdraw_answer(officer: Person, answer: SatisfactionAnswer, words: str) -> SatisfactionAnswer:
    """It was taken in by mistake; its number stays used. Raises NotAllowed, WithdrawnAlready."""
    officer.require(Act.YEAR_RECORD, INJURY)
    sheets.hold(answer.insurer_id)
    db.session.refresh(answer)
    if answer.withdrawal is not None:
        raise WithdrawnAlready
    answer.withdrawal = SatisfactionWithdrawal(words=words, by=officer)
    subject = Subject(INJURY, answer.insurer_id, answer.period)
    cause = f"{officer.organisation.short_name}作废一份满意度答复"
    sheets.record(subject, sheets.Cause(cause, "satisfaction", answer.id))
    return answer


def answer_for(officer: Person, answer_id: str) -> SatisfactionAnswer:
    """Of an insurer that the officer scores. Raises NotFound."""
    answer = db.session.get(SatisfactionAnswer, answer_id)
    if answer is None:
        raise NotFound
    insurer_for(officer, INJURY, answer.insurer_id, Act.YEAR_RECORD)
    return answer


def take_in_form(
    officer: Person,
    insurer_id: str,
    period: str,
    holder_id: str,
    grades: dict[str, str],
    words: str,
) -> OpinionForm:
    """A policyholder's 附件2 from its paper. Raises TheCitysToRecord, NotItsPolicyholder, FormIncomplete."""
    require_city(officer)
    holder = next((one for one in policyholders(insurer_id, period) if one.id == holder_id), None)
    if holder is None:
        raise NotItsPolicyholder(where="/holder_id")
    _require_whole(grades)
    form = opening.open_form(insurer_id, period, holder)
    return opening.answer_form(form, grades, by=officer, words=words)


def require_city(officer: Person) -> None:
    officer.require(Act.YEAR_RECORD, LIABILITY)
    if officer.organisation.level != "city":
        raise TheCitysToRecord


def absences(insurer_id: str, scheme: str, period: str, authority_ids: Any) -> list[RecordedFact]:
    """What the given authorities found undone, the newest first."""
    rows = db.session.scalars(
        db.select(RecordedFact)
        .where(
            RecordedFact.kind == "absence",
            RecordedFact.scheme == scheme,
            RecordedFact.insurer_id == insurer_id,
            RecordedFact.period == period,
            RecordedFact.authority_id.in_(authority_ids),
        )
        .order_by(RecordedFact.recorded_at.desc(), RecordedFact.id.desc())
    )
    return list(rows.unique())


def figures(insurer_id: str, period: str) -> list[YearFigures]:
    """The year's counts as they were recorded, the ones in force first."""
    rows = db.session.scalars(
        db.select(YearFigures)
        .where(YearFigures.insurer_id == insurer_id, YearFigures.period == period)
        .order_by(YearFigures.recorded_at.desc(), YearFigures.id.desc())
    )
    return list(rows.unique())


def answers(insurer_id: str, period: str, limit: int) -> list[SatisfactionAnswer]:
    """The newest first, withdrawn ones among them."""
    newest = _answers(insurer_id, period).order_by(
        SatisfactionAnswer.answered_at.desc(), SatisfactionAnswer.id.desc()
    )
    return list(db.session.scalars(newest.limit(limit)).unique())


def policyholders(insurer_id: str, period: str) -> list[Organisation]:
    """投保单位: contractors of the projects that the insurer brought in, by name (CL-A19)."""
    brought = _services(LIABILITY, period, Service.originating_insurer_id == insurer_id)
    rows = db.session.scalars(
        db.select(Organisation)
        .where(
            Organisation.id.in_(
                db.select(ProjectParty.organisation_id).where(
                    ProjectParty.party == "contractor",
                    ProjectParty.project_id.in_(brought.with_only_columns(Service.project_id)),
                )
            )
        )
        .order_by(Organisation.name, Organisation.id)
    )
    return list(rows)


def policyholder_forms(insurer_id: str, period: str) -> dict[str, OpinionForm]:
    """By the policyholder's id; those answered."""
    rows = db.session.scalars(
        db.select(OpinionForm).where(
            OpinionForm.insurer_id == insurer_id,
            OpinionForm.period == period,
            OpinionForm.form == POLICYHOLDER_FORM,
        )
    )
    return {form.assessor_id: form for form in rows.unique() if form.submission is not None}


def led_projects(insurer_id: str, period: str) -> int:
    """引流项目数 as the register has it: a proposal for the officer who counts."""
    brought = _services(LIABILITY, period, Service.originating_insurer_id == insurer_id)
    count = brought.with_only_columns(func.count(func.distinct(Service.project_id)))
    return db.session.scalar(count) or 0


def _projects_of(insurer_id: str, scheme: str, period: str) -> set[str]:
    ours = or_(
        Service.service_insurer_id == insurer_id, Service.originating_insurer_id == insurer_id
    )
    rows = _services(scheme, period, ours).with_only_columns(Service.project_id)
    return set(db.session.scalars(rows))


def _services(scheme: str, period: str, *where: Any) -> Any:
    """Services in force on any day of the year."""
    start, end = year(period)
    first, last = local_date(start), local_date(end) - timedelta(days=1)
    return db.select(Service).where(
        Service.scheme == scheme,
        Service.starts_on <= last,
        or_(Service.ends_on.is_(None), Service.ends_on >= first),
        *where,
    )


def _answers(insurer_id: str, period: str) -> Any:
    return db.select(SatisfactionAnswer).where(
        SatisfactionAnswer.insurer_id == insurer_id, SatisfactionAnswer.period == period
    )


def _require_whole(grades: dict[str, str]) -> None:
    form = graded().forms[POLICYHOLDER_FORM]
    points = {item.id: {*item.points, NOT_APPLICABLE} for item in form.items}
    faults = [
        Fault(f"/grades/{item}", "UnknownGrade", FormIncomplete.zh)
        for item, allowed in points.items()
        if grades.get(item) not in allowed
    ]
    strange = [
        Fault(f"/grades/{item}", "UnknownItem", item) for item in grades.keys() - points.keys()
    ]
    answered = sum(grade != NOT_APPLICABLE for grade in grades.values())
    if faults or strange or answered < (form.min_answered or 0):
        raise FormIncomplete(where="/grades", faults=[*faults, *strange])
