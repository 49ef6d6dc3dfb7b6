"""快到期: whoever has a task is reminded once of each of its deadlines."""

from datetime import timedelta

from sqlalchemy import exists

from fieldapp.clock import iso, now
from fieldapp.db import db, transaction
from fieldapp.jobs import regularly
from fieldapp.notify.kinds import kinds
from fieldapp.notify.models import Notice
from fieldapp.notify.telling import tell
from fieldapp.visits.call_rules import call_rules
from fieldapp.visits.models import Task

EVERY = timedelta(minutes=15)
KIND = "due_soon"


@regularly(every=EVERY)
def remind() -> None:
    """Opens its own transaction; several workers may do it at once."""
    with transaction():
        for task in _due_soon():
            if task.due_at - kinds().reminded(task.kind) <= now() and task.assignee is not None:
                tell(KIND, task.assignee, task, edition=iso(task.due_at))


def _due_soon() -> list[Task]:
    """Open, somebody's, within the longest reminder's reach and not reminded of yet; surveys have their own calls."""
    furthest = now() + max(kinds().reminders.values())
    told = exists().where(
        Notice.kind == KIND,
        Notice.subject_id == Task.id,
        Notice.recipient_id == Task.assignee_id,
    )
    # What was given out with little time left was told of when it was given.
    fresh = Task.issued_at < now() - timedelta(hours=2)
    rows = db.session.scalars(
        db.select(Task)
        .where(
            ~Task.closure.has(),
            Task.assignee_id.is_not(None),
            Task.due_at.between(now(), furthest),
            Task.kind.not_in(list(call_rules().kinds)),
            fresh,
            ~told,
        )
        .order_by(Task.due_at, Task.id)
    )
    return list(rows.unique())
