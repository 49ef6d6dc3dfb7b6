"""A year's records as the authority that keeps them reads them, and the insurer whose year it is."""

from typing import Any

from fieldapp.accounts.models import Organisation, Person
from fieldapp.accounts.permissions import Act, Kind
from fieldapp.db import db
from fieldapp.oversight import answering
from fieldapp.oversight.models import RecordedFact
from fieldapp.projects.models import Project
from fieldapp.scoring import year_records
from fieldapp.scoring.access import authorities_under
from fieldapp.scoring.gathering import POLICYHOLDER_FORM, Subject, satisfaction
from fieldapp.scoring.models import YearFigures
from fieldapp.scoring.published import INJURY, LIABILITY, graded, least_answers, titles

Json = dict[str, Any]
MOST_SHOWN = 200
MEASURES = ("deaths", "serious_injuries", "loss_yuan", "responsibility")


def shown(viewer: Person, insurer: Organisation, subject: Subject) -> Json:
    own_year = viewer.kind is Kind.INSURER
    whose = db.select(Organisation.id) if own_year else authorities_under(viewer)
    absences = year_records.absences(subject.insurer_id, subject.scheme, subject.period, whose)
    rest = _liability(subject) if subject.scheme == LIABILITY else _injury(subject)
    if own_year:
        # Who was asked, and what each said, is the agency's; the insurer reads the sum.
        rest["answers"] = []
    return {
        "scheme": subject.scheme,
        "insurer": insurer,
        "period": subject.period,
        "may": _may(viewer, subject.scheme),
        "absences": [fact(row) for row in absences],
    } | rest


def fact(row: RecordedFact) -> Json:
    project = db.session.get(Project, row.project_id) if row.project_id else None
    return {
        "id": row.id,
        "words": row.words,
        "project": project,
        "authority": row.authority,
        "recorded_by": row.recorded_by,
        "recorded_at": row.recorded_at,
        "answer": answering.answer_to(row),
        "withdrawal": row.withdrawal,
    }


def figures(row: YearFigures) -> Json:
    counts = dict(row.figures)
    accidents = counts.pop("accidents", [])
    return {
        "id": row.id,
        "deaths_found": counts.pop("deaths_found", {}),
        "figures": counts,
        "accidents": [{name: one.get(name) for name in MEASURES} for one in accidents],
        "recorded_by": row.recorded_by,
        "recorded_at": row.recorded_at,
    }


def _may(viewer: Person, scheme: str) -> list[str]:
    if viewer.kind is Kind.INSURER:
        return ["absence_answer"] if viewer.may(Act.ABSENCE_ANSWER, scheme) else []
    if scheme == INJURY:
        return ["absence", "answer", "withdrawal"]
    citys = ["figures", "form"] if viewer.organisation.level == "city" else []
    return ["absence", "withdrawal", *citys]


def _liability(subject: Subject) -> Json:
    forms = year_records.policyholder_forms(subject.insurer_id, subject.period)
    words = titles(LIABILITY)["items"]
    return {
        "figures": [
            figures(row) for row in year_records.figures(subject.insurer_id, subject.period)
        ],
        "led_projects": year_records.led_projects(subject.insurer_id, subject.period),
        "policyholders": [
            {
                "id": holder.id,
                "name": holder.name,
                "form_id": forms[holder.id].id if holder.id in forms else None,
                "answered_at": submission.submitted_at
                if holder.id in forms and (submission := forms[holder.id].submission)
                else None,
            }
            for holder in year_records.policyholders(subject.insurer_id, subject.period)
        ],
        "items": [
            {"id": item.id, **words[item.id]} for item in graded().forms[POLICYHOLDER_FORM].items
        ],
        "answers": [],
        "sample": None,
    }


def _injury(subject: Subject) -> Json:
    sample = satisfaction(subject)
    return {
        "figures": [],
        "led_projects": 0,
        "policyholders": [],
        "items": [],
        "answers": year_records.answers(subject.insurer_id, subject.period, MOST_SHOWN),
        "sample": sample | {"least": least_answers()},
    }
