"""Who finds which visits."""

import pytest

from fieldapp.db import db, transaction
from fieldapp.projects.models import Service
from tests.fixtures.fieldwork import visit_row
from tests.fixtures.town import INJURY


@pytest.fixture
def seen_by(sign_in, town, give_task):
    """How many visits a person sees: one of binjiang, made by the agency anxun for antai."""
    task_id = give_task("zhou")
    with transaction():
        visit_row(town, task_id)
    return lambda name, query="": len(sign_in(name).get(f"/api/visits{query}").json["items"])


@pytest.mark.parametrize("name", ["zhou", "deng", "sun", "wang", "qian", "liu", "shi"])
def test_seen_by_who_made_it_the_service_insurer_and_the_authority(seen_by, name):
    assert seen_by(name) == 1


@pytest.mark.parametrize(
    "name",
    [
        "hu",  # another insurer
        "rui",  # a pool member, but the project is not one that it brought in
        "yun",  # another county
        "she",  # the other scheme's agency
    ],
)
def test_not_seen_by_others(seen_by, name):
    assert seen_by(name) == 0


def test_an_injury_visit_is_hidden_from_the_construction_authority(sign_in, town, give_task):
    task_id = give_task("zhou", scheme=INJURY)
    with transaction():
        visit_row(town, task_id)

    assert sign_in("liu").get("/api/visits").json["items"] == []
    assert len(sign_in("she").get("/api/visits").json["items"]) == 1


def test_the_list_is_narrowed_by_project_period_and_surveyor(seen_by, town):
    assert (
        seen_by(
            "sun",
            f"?project={town.project['binjiang']}&period=2026-11&surveyor={town.person['zhou']}",
        )
        == 1
    )
    assert seen_by("sun", f"?project={town.project['yunqi']}") == 0
    assert seen_by("sun", "?period=2026-10") == 0
    assert seen_by("sun", f"?surveyor={town.person['wang']}") == 0


def test_in_a_pool_the_lead_sees_all_and_a_member_what_it_brought_in(sign_in, town, give_task):
    task_id = give_task("zhou")
    with transaction():
        visit_row(town, task_id)
        for service in db.session.scalars(
            db.select(Service).where(Service.project_id == town.project["binjiang"])
        ):
            service.originating_insurer_id = town.organisation["ruifeng"]

    assert len(sign_in("rui").get("/api/visits").json["items"]) == 1


def test_a_visit_stays_with_the_insurer_that_served_on_its_day(sign_in, town, give_task):
    task_id = give_task("zhou")
    with transaction():
        visit_row(town, task_id, service_insurer_id=town.organisation["hengxin"])

    assert len(sign_in("hu").get("/api/visits").json["items"]) == 1


def test_one_visit_is_found_by_row_id_or_by_ones_own_sent_id(sign_in, town, give_task):
    task_id = give_task("zhou")
    with transaction():
        visit = visit_row(town, task_id)

    assert sign_in("zhou").get(f"/api/visits/{visit.sent_id}").json["id"] == visit.id
    assert sign_in("sun").get(f"/api/visits/{visit.id}").json["sent_id"] == visit.sent_id
    assert sign_in("sun").get(f"/api/visits/{visit.sent_id}").status_code == 404
    assert sign_in("hu").get(f"/api/visits/{visit.id}").status_code == 404
