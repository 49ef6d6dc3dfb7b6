"""A project changes its insurer: whoever serves it now goes back to what was found there."""

from datetime import timedelta

import pytest

from fieldapp.accounts.permissions import Scheme
from fieldapp.clock import iso, local_date, now
from fieldapp.db import db, transaction
from fieldapp.hazards import handing_over
from fieldapp.projects.models import Service
from fieldapp.visits.models import Task
from tests.fixtures.phone import whole_check, with_finding


@pytest.fixture
def task(zhou, give_task, sign_in, town) -> str:
    """A re-inspection that the insurer antai gave to its agency: its id."""
    deadline = {"kind": "date", "at": iso(now() + timedelta(days=7))}
    record = with_finding(whole_check(zhou.task(give_task("zhou"))), deadline=deadline)
    assert zhou.send(record).json["state"] == "accepted"
    [hazard] = zhou.caller.get("/api/hazards").json["items"]
    body = {
        "kind": "re_inspection",
        "project_id": town.project["binjiang"],
        "hazard_id": hazard["id"],
        "organisation_id": town.organisation["anxun"],
    }
    return sign_in("sun").post("/api/tasks", json=body).json["id"]


def _served_by(town, insurer: str | None, agency: str | None = None) -> None:
    """antai's service of binjiang ended yesterday; from today `insurer` serves it."""
    today = local_date(now())
    of_project = (
        Service.project_id == town.project["binjiang"],
        Service.scheme == Scheme.LIABILITY,
    )
    with transaction():
        for service in db.session.scalars(db.select(Service).where(*of_project)):
            service.ends_on = today - timedelta(days=1)
        if insurer is not None:
            new = Service(
                project_id=town.project["binjiang"], scheme=Scheme.LIABILITY, starts_on=today
            )
            new.originating_insurer_id = new.service_insurer_id = town.organisation[insurer]
            new.agency_id = town.organisation[agency] if agency else None
            db.session.add(new)


def _tasks() -> list[Task]:
    rows = db.select(Task).where(Task.kind == "re_inspection").order_by(Task.issued_at, Task.id)
    return list(db.session.scalars(rows).unique())


def test_an_open_re_inspection_goes_to_the_new_insurer_once(task, town):
    _served_by(town, "hengxin")

    handing_over.hand_over()
    handing_over.hand_over()

    old, new = _tasks()
    assert (old.id, old.closure.visit_id, old.closure.closed_by) == (task, None, None)
    assert "服务机构已变更" in old.closure.reason
    assert (new.hazard_id, new.closure) == (old.hazard_id, None)
    assert (new.organisation_id, new.assignee) == (town.organisation["hengxin"], None)


def test_its_supervisor_gives_it_to_somebody(task, town, sign_in):
    _served_by(town, "hengxin")
    handing_over.hand_over()
    hu, he = sign_in("hu"), sign_in("he")
    listed = hu.get("/api/tasks/issued?state=unassigned").json["items"]

    reply = hu.put(
        f"/api/tasks/{listed[0]['id']}/surveyor",
        json={"surveyor_id": town.person["he"]},
        headers={"If-Match": listed[0]["etag"]},
    )

    assert reply.status_code == 200, reply.json
    [told] = he.get("/api/tasks").json["tasks"]
    assert told["re_inspection"]["finding_id"]


@pytest.mark.parametrize("then", [("hengxin", "anxun"), (None, None)])
def test_it_stays_where_the_agency_goes_on_or_nobody_serves(task, town, then):
    _served_by(town, *then)

    handing_over.hand_over()

    [only] = _tasks()
    assert (only.id, only.closure) == (task, None)
