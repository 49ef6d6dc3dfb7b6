"""The demo's accident in the database: done by people whose role allows it, with the papers that its form asks for."""

from datetime import date, time
from functools import partial

import pytest

from fieldapp.accounts.models import Organisation, Person
from fieldapp.accounts.permissions import Act, Scheme
from fieldapp.cases import showing
from fieldapp.cases.models import AccidentCase
from fieldapp.checklists.forms.identity import person_id
from fieldapp.clock import at, at_local
from fieldapp.db import db, transaction
from fieldapp.demo import accounting
from fieldapp.demo.accident import tell_accident
from fieldapp.demo.city import city
from fieldapp.demo.history import History
from fieldapp.demo.scenes.papers import CARD_NUMBER
from fieldapp.demo.settling import settle
from fieldapp.keys import mask_number
from fieldapp.ledger.models import LedgerEntry
from fieldapp.projects.models import Site

ALLOWING = {
    "accident_case": {Act.CASE_REPORT, Act.VISIT_SUBMIT},
    "hand_over": {Act.CASE_HAND_OVER},
    "task": {Act.CASE_REPORT, Act.TASK_DISPATCH, Act.VISIT_SUBMIT},
    "visit": {Act.VISIT_SUBMIT},
    "evidence": {Act.VISIT_SUBMIT},
}
"""What a change of such a row is an exercise of."""


@pytest.fixture
def told(app):
    with app.command("demo"):
        with at(at_local(date(city().year, 1, 1), time(8))), transaction():
            settled = settle(city())
        tell_accident(
            city(),
            History(city()),
            settled,
            partial(accounting.on_duty, city(), settled),
        )


def test_the_survey_arrives_and_its_papers_bear_the_names_of_what_was_asked_for(told):
    with transaction(write=False):
        [case] = db.session.scalars(db.select(AccidentCase))
        supervisor = db.session.scalar(db.select(Person).where(Person.sign_in_name == "sun.jing"))
        media = showing.media(case, supervisor)

        assert [one["item"]["zh"] for one in media] == [
            "现场全景",
            "现场全景",
            "身份证正反面",
            "被询问人签名",
            "诊断证明或病历首页",
            "考勤、实名制记录、劳动合同",
        ]
        assert case.surveyor.name == "王海"
        assert case.hand_over.handed_over_by.name == "孙静"


def test_nobody_does_what_their_role_forbids(told):
    with transaction(write=False):
        entries = db.session.scalars(
            db.select(LedgerEntry).where(
                LedgerEntry.actor_kind == "person", LedgerEntry.table_name.in_(ALLOWING)
            )
        ).all()
        assert {entry.table_name for entry in entries} == set(ALLOWING)
        for entry in entries:
            actor = db.session.get_one(Person, entry.actor_id)
            acts = ALLOWING[entry.table_name]
            assert any(actor.may(act, Scheme.INJURY) for act in acts), (
                actor.name,
                entry.table_name,
            )


def test_a_site_is_approved_by_the_insurer_that_serves_it(told):
    with transaction(write=False):
        approvers = {
            db.session.get_one(Organisation, person.organisation_id).short_name
            for site in db.session.scalars(db.select(Site))
            if (person := db.session.get_one(Person, site.approved_by_id))
        }

    assert approvers == {"衡川财险", "启澜财险", "嘉岳财险"}


def test_the_card_that_is_drawn_bears_the_number_of_the_case():
    number = city().plan["accident"]["person"]["id_number"]

    assert mask_number(number) == CARD_NUMBER
    assert person_id(number) == number
