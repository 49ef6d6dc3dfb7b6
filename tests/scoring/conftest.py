"""What the score's own tests ask for: occurrences and forms made over HTTP, sheets read back."""

import pytest

from fieldapp.accounts.models import Organisation, Person
from fieldapp.clock import local_date, now
from fieldapp.db import db, transaction
from fieldapp.scoring import opening
from tests.fixtures.score_facts import ALL_EXCELLENT, FACTS, POLICYHOLDER
from tests.fixtures.town import INJURY, LIABILITY

YEAR = f"{local_date(now()):%Y}"


@pytest.fixture
def sheet_of_antai(sign_in, town):
    """`sheet_of_antai("she", INJURY)`: the whole reply."""

    def read(who: str, scheme: str, view: str = "provisional"):
        antai = town.organisation["antai"]
        reply = sign_in(who).get(f"/api/sheets/{scheme}/{antai}/{YEAR}?view={view}")
        assert reply.status_code == 200, reply.json
        return reply.json

    return read


@pytest.fixture
def satisfied(town):
    """20 of 20 are satisfied: without deductions the injury sheet says 100."""
    answers = [{"respondent_kind": "insured_person", "channel": "phone", "satisfied": True}] * 20
    with transaction():
        opening.record_satisfaction(town.organisation["antai"], YEAR, answers)


@pytest.fixture
def rejected_photo(past, satisfied):
    """A case handed over with a photo that the agency rejected: (case, evidence, verdict)."""
    case_id = past.case()
    photo = past.photo(case_id, None, kind="case")
    return case_id, photo, past.verdict(photo, "she", "rejected", "unclear")


@pytest.fixture
def propose(sign_in, town):
    def propose(who: str, clause: str, grounds: list[tuple[str, str]], **changes: object):
        scheme = INJURY if who in ("she", "bao") else LIABILITY
        body = {
            "scheme": scheme,
            "insurer_id": town.organisation["antai"],
            "period": YEAR,
            "clause": clause,
            "words": "经核查属实",
            "grounds": [{"kind": kind, "id": id_} for kind, id_ in grounds],
        }
        return sign_in(who).post("/api/occurrences", json=body | changes)

    return propose


@pytest.fixture
def put(sign_in):
    """`put("bao", occurrence, "verification")`: the reply."""

    def put(who: str, occurrence: dict, resource: str, **changes: object):
        body = {"words": "同意"} | changes
        return sign_in(who).put(f"/api/occurrences/{occurrence['id']}/{resource}", json=body)

    return put


@pytest.fixture
def appraised(town) -> dict[str, str]:
    """antai's forms, all excellent, by assessor's handle: county1, city, builder."""
    antai, forms = town.organisation["antai"], {}
    with transaction():
        officer = db.session.get_one(Person, town.person["shi"])
        opening.record_figures(antai, YEAR, dict(FACTS), by=officer)
        for handle, who in (("county1", "liu"), ("city", "shi")):
            assessor = db.session.get_one(Organisation, town.organisation[handle])
            form = opening.open_form(antai, YEAR, assessor)
            person = db.session.get_one(Person, town.person[who])
            for item, grade in ALL_EXCELLENT.items():
                opening.give_grade(form, item, grade, by=person)
            forms[handle] = form.id
        builder = db.session.get_one(Organisation, town.organisation["builder"])
        form = opening.open_form(antai, YEAR, builder)
        opening.answer_form(form, dict.fromkeys(POLICYHOLDER, "excellent"))
        forms["builder"] = form.id
    return forms


@pytest.fixture
def grade(sign_in):
    """`grade("liu", form_id, "technical_service", "good", grounds)`; sees the form first."""

    def grade(who, form_id, item, grade, grounds=(), words="漏检", etag=None):
        caller = sign_in(who)
        etag = etag or caller.get(f"/api/opinion-forms/{form_id}").headers.get("ETag", '"1"')
        body = {
            "grade": grade,
            "words": words,
            "grounds": [{"kind": kind, "id": id_} for kind, id_ in grounds],
        }
        url = f"/api/opinion-forms/{form_id}/grades/{item}"
        return caller.put(url, json=body, headers={"If-Match": etag})

    return grade
