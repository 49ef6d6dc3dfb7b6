"""Every state in which something waits: for whom, until when, and the way out. Doctor counts the overdue.

A thing that can wait and does not stand here is a dead end; a test walks all states of all rooms against this table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fieldapp import late
from fieldapp.clock import now
from fieldapp.db import db


@dataclass(frozen=True)
class Waiting:
    """`owner` is a role (or `program`); `deadline` and `way_out` are for people; `overdue` counts the late ones."""

    name: str
    owner: str
    deadline: str
    way_out: str
    overdue: Callable[[datetime], late.Count]


WAITING: tuple[Waiting, ...] = (
    Waiting(
        "task.open",
        "surveyor",
        "the task's due time",
        "submit the visit; the dispatcher gives it to somebody else or takes it back",
        late.tasks,
    ),
    Waiting(
        "task.unassigned",
        "dispatcher",
        "2 days",
        "name a surveyor; who issued it, or the service insurer, may take it back",
        late.unassigned,
    ),
    Waiting(
        "task.unacknowledged",
        "dispatcher",
        "30 minutes, when the last step is called",
        "收到 on the phone or by starting; the AB岗 partner takes it over; the dispatcher names somebody else, or writes "
        "down that it was said by voice",
        late.unacknowledged,
    ),
    Waiting(
        "visit.begun",
        "surveyor",
        "3 days",
        "hand the visit in, from this phone or from an export on another, or the dispatcher withdraws its task",
        late.begun,
    ),
    Waiting(
        "upload.open",
        "surveyor",
        "7 days",
        "the phone sends the parts, or asks for a fresh upload",
        late.uploads_open,
    ),
    Waiting(
        "upload.checking",
        "program",
        "1 hour",
        "the worker re-hashes; run `fieldapp worker`",
        late.uploads_checking,
    ),
    Waiting(
        "evidence.bytes",
        "surveyor",
        "7 days",
        "the phone sends the original; the visit shows it as not yet here",
        late.bytes_owed,
    ),
    Waiting(
        "evidence.intake",
        "program",
        "1 hour",
        "the worker reads the bytes; run `fieldapp worker`",
        late.intake,
    ),
    Waiting(
        "viewing_copy.asked",
        "program",
        "2 hours",
        "a worker of long jobs makes it; run `fieldapp worker`",
        late.copying,
    ),
    Waiting(
        "viewing_copy.failed",
        "supervisor",
        "3 days",
        "have it tried again at the video, or judge by its posters and the downloaded original",
        late.uncopied,
    ),
    Waiting(
        "envelope.arrived",
        "program",
        "1 hour",
        "the worker opens it with the key of its folder; run `fieldapp worker`",
        late.opening,
    ),
    Waiting(
        "envelope.unopened",
        "supervisor",
        "3 days",
        "put the key back and ask at the photo to have it opened again, or reject the photo for a re-shoot",
        late.unopened,
    ),
    Waiting(
        "evidence.verdict",
        "supervisor",
        "3 days",
        "give a verdict at the photo desk",
        late.verdicts,
    ),
    Waiting(
        "evidence.blind",
        "officer",
        "15 days from the insurer's verdict",
        "judge it blind in the queue 盲审 of the photo desk",
        late.blind,
    ),
    Waiting(
        "resemblance.open",
        "supervisor",
        "7 days",
        "say what the pair is; across insurers the authority's officer does, under 疑似重复",
        late.resemblances,
    ),
    Waiting(
        "record.quarantined",
        "supervisor",
        "3 days",
        "judge again or set aside, with words",
        late.quarantined,
    ),
    Waiting(
        "finding.suspected_major",
        "reviewer",
        "1 day",
        "confirm or lower the severity",
        late.severities,
    ),
    Waiting(
        "hazard.open",
        "surveyor",
        "the hazard's deadline",
        "a re-inspection, whose task is issued a day before the deadline: rectified with a photo closes it, "
        "not rectified sets a new deadline",
        late.hazards,
    ),
    Waiting(
        "authority_finding.told",
        "supervisor",
        "the response deadline",
        "accept or contest; after it the authority goes on",
        late.responses,
    ),
    Waiting(
        "occurrence.proposed",
        "officer",
        "10 days",
        "a second person verifies or drops it",
        late.occurrences_at("proposed", timedelta(days=10)),
    ),
    Waiting(
        "occurrence.verified",
        "officer",
        "10 days",
        "notify the insurer",
        late.occurrences_at("verified", timedelta(days=10)),
    ),
    Waiting(
        "occurrence.notified",
        "officer",
        "15 days",
        "the insurer appeals, or it becomes final",
        late.occurrences_at("notified", timedelta(days=15)),
    ),
    Waiting(
        "occurrence.appealed",
        "officer",
        "15 days",
        "decide the appeal with reasons",
        late.occurrences_at("appealed", timedelta(days=15)),
    ),
    Waiting(
        "occurrence.decided",
        "officer",
        "10 days",
        "make it final or drop it",
        late.occurrences_at("decided", timedelta(days=10)),
    ),
    Waiting(
        "case.not_handed_over",
        "supervisor",
        "30 days after the report, an employer's time to apply for the determination",
        "hand the surveyed case over; where nobody went, the authority puts that on record",
        late.cases,
    ),
    Waiting(
        "opinion_form.draft", "officer", "the year's end", "grade every item and submit", late.forms
    ),
    Waiting(
        "person.invited",
        "administrator",
        "72 hours, the life of a one-time password",
        "the person sets a password; or give a fresh one-time password, or end the access",
        late.invited,
    ),
    Waiting(
        "bytes.to_erase",
        "program",
        "1 day",
        "a worker deletes them; where the store locks them, on the day after the lock ends",
        late.erasures,
    ),
    Waiting(
        "bundle.ordered",
        "program",
        "1 day",
        "a worker of long jobs makes it, which waits for the sequencer; who ordered it may cancel it",
        late.bundles,
    ),
    Waiting(
        "bundle.ready",
        "program",
        "FIELDAPP_BUNDLE_DAYS, and a day for the worker",
        "who ordered it downloads it; then a worker removes the file",
        late.bundles_kept,
    ),
    Waiting(
        "delivery.trying",
        "program",
        "6 hours after it may go",
        "the worker sends it, or gives it up and says so; run `fieldapp worker`. The notice stands in the app",
        late.deliveries,
    ),
    Waiting(
        "job.queued",
        "program",
        "10 minutes",
        "a worker runs it; after 8 tries doctor names it",
        late.jobs,
    ),
)


def overdue() -> dict[str, int]:
    """How many of each are past their deadline now. Needs a transaction."""
    at = now()
    return {state.name: db.session.scalar(state.overdue(at)) or 0 for state in WAITING}
