"""The photo desk: visits whose photos wait for a judge, sorted into queues, and one visit's photos in walking order."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, true
from sqlalchemy.orm import aliased

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.clock import end_of_day, local_date, now
from fieldapp.db import db
from fieldapp.desk import singling
from fieldapp.errors import NotAllowed
from fieldapp.evidence import blind, bursts, redactions
from fieldapp.evidence.access import AUTHORITIES, may_see
from fieldapp.evidence.flags import NOTICES
from fieldapp.evidence.models import Evidence, Flag, Verdict
from fieldapp.hazards.models import Finding
from fieldapp.paging import page
from fieldapp.visits.access import visit_for, visits_for
from fieldapp.visits.models import Visit
from fieldapp.visits.signatures import is_signature


def desk(person: Person, asked: dict[str, Any]) -> dict[str, Any]:
    """{"counts", "judged_today", "items", "next"}: visits with photos that the person's party has not judged.

    Those that arrived first stand first. Raises NotAllowed for people who judge nothing.
    """
    _require_judge(person)
    waiting = to_judge(person)
    queues = _queues(person)
    found = page(waiting.where(queues[asked["queue"]]), Visit.received_at, Visit.id, asked)
    return {
        "counts": _counts(waiting, queues),
        "judged_today": _judged_today(person),
        "items": _items(found["items"], person, asked["queue"]),
        "next": found["next"],
    }


def to_judge(person: Person) -> Select[Visit]:
    """Visits with at least one photo for this person to judge."""
    return visits_for(person).where(exists().where(_waiting(person)))


def to_judge_now(person: Person) -> Select[Visit]:
    """Those of them that somebody waits for: an insurer's all; an authority looks where it will, and owes what was drawn."""
    drawn = exists().where(_waiting(person), to_judge_blind(person))
    return to_judge(person).where(drawn) if person.kind in AUTHORITIES else to_judge(person)


def photos_of(person: Person, visit_id: str, *, english: bool) -> dict[str, Any]:
    """{"visit", "photos"}: every photo of the visit that the person may see. Raises NotFound."""
    visit = visit_for(person, visit_id)
    return {"visit": visit, "photos": singling.photos_of(visit, person, english=english)}


def _require_judge(person: Person) -> None:
    if not (person.may(Act.EVIDENCE_JUDGE_QUALITY) or person.may(Act.EVIDENCE_JUDGE_ADMISSIBILITY)):
        raise NotAllowed


def _waiting(person: Person) -> ColumnElement[bool]:
    """Evidence of the visit of the outer query that is the person's to judge and has no verdict of their party."""
    judged = exists().where(
        Verdict.evidence_id == Evidence.id,
        Verdict.party_id == person.organisation_id,
        ~_explained(Verdict.at),
    )
    ours = [
        _of_visit(Visit.id),
        may_see(person),
        ~judged,
        ~is_signature(),
        ~redactions.gone(),
        Evidence.captured_by_id != person.id,
    ]
    if person.kind not in AUTHORITIES:
        ours.append(Evidence.service_insurer_id == person.organisation_id)
    return and_(*ours)


def _explained(since: Any = None) -> ColumnElement[bool]:
    """The capturer explained the photo of the outer query, after the verdict that asked for it."""
    answer = aliased(Visit)
    came = (
        (answer.answers_evidence_id == Evidence.id)
        & (answer.kind == "explain")
        & answer.words.is_not(None)
    )
    return exists().where(came if since is None else came & (answer.received_at > since))


def _queues(person: Person) -> dict[str, ColumnElement[bool]]:
    flagged = exists().where(
        _waiting(person), Flag.evidence_id == Evidence.id, Flag.code.not_in(NOTICES)
    )
    major = exists().where(Finding.visit_id == Visit.id, Finding.severity == "suspected_major")
    re_shot = Visit.kind == "re_shoot"
    # An explanation follows a rejection, which who judges blind must not know of.
    explained = exists().where(_waiting(person), _explained(), ~blind.withheld(person))
    return {
        "flagged": flagged,
        "suspected_major": major,
        "re_shot": re_shot,
        "explained": explained,
        "blind": exists().where(_waiting(person), to_judge_blind(person)),
        "plain": ~or_(flagged, major, re_shot, explained),
        "all": Visit.id.is_not(None),
    }


def to_judge_blind(person: Person) -> ColumnElement[bool]:
    """Evidence that was drawn, that its insurer has judged, and the person's authority has not. Nothing for insurers."""
    given = aliased(Verdict)
    judged = exists().where(
        given.evidence_id == Evidence.id, given.party_id == Evidence.service_insurer_id
    )
    return and_(blind.withheld(person), judged, ~is_signature(), ~redactions.gone())


def _counts(waiting: Select[Visit], queues: dict[str, ColumnElement[bool]]) -> dict[str, int]:
    counted = [func.count().filter(condition) for condition in queues.values()]
    row = db.session.execute(waiting.with_only_columns(*counted)).one()
    return dict(zip(queues, row, strict=True))


def _judged_today(person: Person) -> int:
    since = end_of_day(local_date(now()) - timedelta(days=1))
    mine = (
        db.select(func.count())
        .select_from(Verdict)
        .where(Verdict.by_id == person.id, Verdict.at > since)
    )
    return db.session.scalar(mine) or 0


def _items(visits: Sequence[Visit], person: Person, queue: str) -> list[dict[str, Any]]:
    ids = [visit.id for visit in visits]
    photos, waiting, raised = (
        _photo_counts(ids, person),
        _waiting_photos(ids, person, to_judge_blind(person) if queue == "blind" else true()),
        _codes(ids, person),
    )
    burst = bursts.bursts_among(ids, person)
    return [
        {
            "visit_id": visit.id,
            "kind": visit.kind,
            "scheme": visit.scheme,
            "project": visit.project,
            "surveyor": visit.surveyor,
            "finished_at": visit.finished_at,
            "received_at": visit.received_at,
            "photos": photos.get(visit.id, 0),
            "waiting": len(waiting[visit.id]),
            "groups": len({burst.get(photo, [photo])[0] for photo in waiting[visit.id]}),
            "flags": sum(raised.get(visit.id, {}).values()),
            "flag_codes": sorted(raised.get(visit.id, {})),
        }
        for visit in visits
    ]


def _photo_counts(visit_ids: list[str], person: Person) -> dict[str, int]:
    counted = db.select(Evidence.subject_id, func.count()).where(
        Evidence.subject_kind == "visit",
        Evidence.subject_id.in_(visit_ids),
        ~is_signature(),
        may_see(person),
    )
    return _by_first(counted.group_by(Evidence.subject_id))


def _waiting_photos(
    visit_ids: list[str], person: Person, of_queue: ColumnElement[bool]
) -> dict[str, list[str]]:
    """Their ids, by visit."""
    found = (
        db.select(Visit.id, Evidence.id)
        .select_from(Visit)
        .join(Evidence, _waiting(person))
        .where(Visit.id.in_(visit_ids), of_queue)
    )
    by_visit = defaultdict[str, list[str]](list)
    for visit_id, photo in db.session.execute(found):
        by_visit[visit_id].append(photo)
    return by_visit


def _codes(visit_ids: list[str], person: Person) -> dict[str, dict[str, int]]:
    """How often each clue stands on a waiting photo, by visit."""
    counted = (
        db.select(Visit.id, Flag.code, func.count())
        .select_from(Visit)
        .join(Evidence, _waiting(person))
        .join(Flag, Flag.evidence_id == Evidence.id)
        .where(Visit.id.in_(visit_ids), Flag.code.not_in(NOTICES))
        .group_by(Visit.id, Flag.code)
    )
    found: dict[str, dict[str, int]] = {}
    for visit_id, code, count in db.session.execute(counted):
        found.setdefault(visit_id, {})[code] = count
    return found


def _by_first(counted: Select[str, int]) -> dict[str, int]:
    return {visit_id: count for visit_id, count in db.session.execute(counted)}  # noqa: C416 - rows are no pairs to a type checker


def _of_visit(visit_id: Any) -> ColumnElement[bool]:
    return and_(Evidence.subject_kind == "visit", Evidence.subject_id == visit_id)
