"""A project's insurer or agency changed: its open re-inspections go to whoever serves it now."""

from datetime import timedelta

from sqlalchemy import Select

from fieldapp import jobs
from fieldapp.db import db, transaction
from fieldapp.hazards.models import Hazard
from fieldapp.hazards.re_inspecting import KIND, give_out
from fieldapp.projects.access import service_of
from fieldapp.visits.access import is_with_server
from fieldapp.visits.models import Task, TaskClosure
from fieldapp.visits.monthly import SERVER_CHANGED

EVERY = timedelta(hours=1)


@jobs.regularly(EVERY)
def hand_over() -> None:
    """Opens its own transaction; several workers may do it at once. A service ends by its date, which nobody announces."""
    with transaction():
        ids = {task.hazard_id for task in db.session.scalars(_orphans()).unique()}
    for hazard_id in sorted(id_ for id_ in ids if id_):
        with transaction():
            _hand_over(hazard_id)


def _orphans() -> Select[Task]:
    """Open re-inspections that lie with an organisation that serves the project no more."""
    return db.select(Task).where(Task.kind == KIND, ~Task.closure.has(), ~is_with_server())


def _hand_over(hazard_id: str) -> None:
    hazard = db.session.get_one(
        Hazard, hazard_id, with_for_update={"of": Hazard}, populate_existing=True
    )
    rows = _orphans().where(Task.hazard_id == hazard_id)
    orphans = [
        task
        for task in db.session.scalars(rows).unique()
        if service_of(hazard.project_id, task.scheme) is not None
    ]  # where nobody serves the project, it stays on the list of who did
    for task in orphans:
        task.closure = TaskClosure(closed_by=None, reason=SERVER_CHANGED)
    db.session.flush()
    if orphans and hazard.closure is None:
        give_out(hazard)
