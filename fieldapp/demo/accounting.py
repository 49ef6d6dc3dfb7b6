"""The demo's year: recorded facts, opinion forms, figures, questionnaires, the accident. Written by the rooms' own verbs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import partial
from typing import Any

from fieldapp.accounts.models import Organisation, Person
from fieldapp.clock import at, at_local
from fieldapp.db import db, transaction
from fieldapp.demo.accident import tell_accident
from fieldapp.demo.city import City
from fieldapp.demo.history import History, PlannedForm, moment
from fieldapp.demo.inspections import inspect
from fieldapp.demo.settling import Settled
from fieldapp.demo.signing import signed
from fieldapp.ledger.actor import Actor, acting
from fieldapp.oversight import settling
from fieldapp.oversight.models import AuthorityFinding
from fieldapp.oversight.settling import Absence, record_absence
from fieldapp.scoring import appraising, opening

LIABILITY = "construction_liability"
STILL_OPEN = ("hengchuan", "linxi")
"""The form that the demo leaves to its reader: graded, not yet submitted."""


def account(town: City, history: History, settled: Settled) -> None:
    at_work = partial(on_duty, town, settled)
    found = inspect(town, settled, at_work)
    facts = {key: _fact(town, settled, row, found) for key, row in town.plan["facts"].items()}
    for insurer, figures in town.plan["figures"].items():
        with on_duty(town, settled, "jiang.nan", date(town.year, 11, 9)) as by, transaction():
            opening.record_figures(
                settled.organisations[insurer], str(town.year), figures, by=_person(by)
            )
    for form in history.forms:
        _form(town, settled, form, facts)
    for insurer in town.plan["satisfaction"]:
        answers = [
            {
                "respondent_kind": a.respondent_kind,
                "channel": a.channel,
                "satisfied": a.satisfied,
                "answered_at": a.at,
            }
            for a in history.answers
            if a.insurer == insurer
        ]
        with at(at_local(date(town.year, 11, 18), time(17))), transaction():
            opening.record_satisfaction(settled.organisations[insurer], str(town.year), answers)
    tell_accident(town, history, settled, at_work)


@contextmanager
def on_duty(town: City, settled: Settled, name: str, when: date | datetime) -> Iterator[str]:
    """That person at work at ten o'clock of the day (or at the moment); yields the person's id."""
    organisation = settled.organisations[town.people[name].organisation]
    moment_ = when if isinstance(when, datetime) else at_local(when, time(10))
    person_id = settled.people[name]
    with at(moment_), acting(Actor("person", person_id, organisation)):
        yield person_id


def _person(person_id: str) -> Person:
    return db.session.get_one(Person, person_id)


def _fact(town: City, settled: Settled, row: dict[str, Any], found: dict[str, str]) -> str:
    """Of an inspection, where its visit is there; else something left undone."""
    with on_duty(town, settled, row["by"], moment(row["at"])) as by, transaction():
        if row.get("inspection") in found:
            return _fact_of(found[row["inspection"]], _person(by), row["words"])
        planned = row.get("project") or town.plan["inspections"][row["inspection"]]["project"]
        absence = Absence(
            scheme=LIABILITY,
            insurer_id=settled.organisations[row["insurer"]],
            project_id=settled.projects[planned],
            period=str(town.year),
            words=row["words"],
        )
        with signed(_person(by), "POST", "/api/absences", vars(absence)):
            return record_absence(_person(by), absence).id


def _fact_of(finding_id: str, officer: Person, words: str) -> str:
    finding = db.session.get_one(AuthorityFinding, finding_id)
    path = f"/api/authority-findings/{finding_id}/recorded-fact"
    with signed(officer, "PUT", path, {"words": words}):
        return settling.record_fact(finding, officer, words).id


def _form(town: City, settled: Settled, planned: PlannedForm, facts: dict[str, str]) -> None:
    insurer_id = settled.organisations[planned.insurer]
    by = planned.by or "jiang.nan"
    with on_duty(town, settled, by, date(town.year, 11, 12)) as person_id, transaction():
        assessor = db.session.get_one(Organisation, settled.organisations[planned.assessor])
        form = opening.open_form(insurer_id, str(town.year), assessor)
        if planned.by is None:
            opening.answer_form(form, {item: grade for item, (grade, _) in planned.grades.items()})
            return
        officer = _person(person_id)
        for item, (grade, fact) in planned.grades.items():
            words = town.plan["facts"][fact]["words"] if fact else None
            grounds = [{"kind": "fact", "id": facts[fact]}] if fact else []
            said = {"grade": grade, "words": words, "grounds": grounds}
            with signed(officer, "PUT", f"/api/opinion-forms/{form.id}/grades/{item}", said):
                opening.give_grade(form, item, grade, by=officer, words=words, grounds=grounds)
        if (planned.insurer, planned.assessor) != STILL_OPEN:
            with signed(officer, "PUT", f"/api/opinion-forms/{form.id}/submission", None):
                appraising.submit(form, officer)
