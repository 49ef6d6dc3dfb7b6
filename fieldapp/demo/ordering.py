"""Work that is not a check, on 李明's phone: an accident reported this hour, and a training of this week."""

from datetime import timedelta

from fieldapp.accounts.models import Person
from fieldapp.accounts.standing_in import name_partner
from fieldapp.cases.models import AccidentCase
from fieldapp.cases.surveying import order_survey
from fieldapp.checklists.publishing import newest
from fieldapp.clock import end_of_day, local_date, now
from fieldapp.db import db, transaction
from fieldapp.demo.settling import Settled
from fieldapp.projects.models import Project
from fieldapp.visits import tasking

INJURY = "work_injury_performance"
SURVEYOR, INSURER, PROJECT = "li.ming", "hengchuan", "jinxiu"
PARTNER, ADMINISTRATOR = "wang.hai", "yu.qing"
INJURED = ("刘德顺", "330781198511230035")
"""An invented person whose number passes GB 11643."""


def order(settled: Settled) -> None:
    with transaction():
        case = _reported(settled)
        surveyor = db.session.get_one(Person, settled.people[SURVEYOR])
        named_by = db.session.get_one(Person, settled.people[ADMINISTRATOR])
        name_partner(named_by, surveyor, settled.people[PARTNER])
        order_survey(case, surveyor, newest("accident_survey"))
        tasking.issue(
            kind="training",
            scheme=INJURY,
            project=case.project,
            assignee=surveyor,
            edition=newest("training"),
            due_at=end_of_day(local_date(now()) + timedelta(days=3)),
            note="工伤预防专题：外架与移动梯作业",
        )


def _reported(settled: Settled) -> AccidentCase:
    case = AccidentCase(
        number="工伤-2026-0131",
        project=db.session.get_one(Project, settled.projects[PROJECT]),
        service_insurer_id=settled.organisations[INSURER],
        accident_kind="物体打击",
        injured_name=INJURED[0],
        injured_id_number=INJURED[1],
        injury="左脚背砸伤",
        place="2#楼木工加工棚",
        occurred_at=now() - timedelta(minutes=55),
        reported_at=now() - timedelta(minutes=30),
    )
    db.session.add(case)
    db.session.flush()
    return case
