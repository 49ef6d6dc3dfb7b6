"""What the chains tell people: of one visit, and of an organisation's phones."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func

from fieldapp.accounts.models import Device, Person
from fieldapp.clock import now, parse
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.paging import page
from fieldapp.projects.models import Project
from fieldapp.routing import english_asked
from fieldapp.seals import sentences
from fieldapp.seals.chaining import HIGH, LOW, MEDIUM, Link, Notice, forged, notices
from fieldapp.seals.models import SealLink
from fieldapp.seals.reading import lasts, offset_of
from fieldapp.sync.models import Record
from fieldapp.visits.access import visit_for
from fieldapp.visits.models import Task, TaskClosure, Visit

TOMBSTONES = ("photo_removed", "answer_softened")
DESK = "管理台"
"""What the console calls the browser that it enrols."""
HANDED_IN_WITHIN = timedelta(days=1)
"""A visit is handed in on the day it was begun; one that is older and was not is told."""


def of_visit(person: Person, id: str) -> dict[str, Any]:
    """{"tombstones", "notices"} of a visit that the person may see. Raises NotFound."""
    visit = visit_for(person, id)
    own = db.session.scalars(
        db.select(SealLink)
        .where(
            SealLink.organisation_id == visit.organisation_id, SealLink.subject_id == visit.sent_id
        )
        .order_by(SealLink.device_sent_id, SealLink.position)
    ).all()
    signed = [link for link in own if link.state == "valid"]
    said = [(link, json.loads(link.text)) for link in own if _speaks(link, visit)]
    return {
        "tombstones": [_tombstone(*one, said) for one in said if one[0].kind in TOMBSTONES],
        "notices": _shown([*forged(map(_link, own)), *_around(signed), *_of_photos(said)]),
    }


def _speaks(link: SealLink, visit: Visit) -> bool:
    """Whether a link says something of the visit: anybody can bring a text that names it and nobody signed."""
    return link.state == "valid" or link.brought_by_id == visit.surveyor_id


def phones_of(person: Person, asked: dict[str, Any]) -> dict[str, Any]:
    """A page of the organisation's phones, the newest enrolment first, each with what its chain tells in short."""
    found = page(_devices(person), Device.enrolled_at, Device.id, asked, newest_first=True)
    return {**found, "items": [_phone(device, _in_short(device)) for device in found["items"]]}


def phone_of(person: Person, device_id: str) -> dict[str, Any]:
    """One phone of the organisation with everything that its whole chain tells. Raises NotFound."""
    device = db.session.scalar(_devices(person).where(Device.id == device_id))
    if device is None:
        raise NotFound
    links = db.session.scalars(_links(SealLink.device_id == device.id)).all()
    told = [
        *_brought(device),
        *notices(map(_link, links)),
        *_not_submitted(device),
        *_re_enrolled(device),
    ]
    return _phone(device, told)


def not_submitted(at: datetime) -> Select[SealLink]:
    """Visits begun on a phone a day or longer before `at`, never handed in, whose task is still open."""
    handed_in = (
        db.select(Visit.id)
        .where(
            Visit.organisation_id == SealLink.organisation_id, Visit.sent_id == SealLink.subject_id
        )
        .exists()
    )
    kept = (
        db.select(Record.id)
        .where(
            Record.organisation_id == SealLink.organisation_id,
            Record.sent_id == SealLink.subject_id,
        )
        .exists()
    )
    closed = db.select(TaskClosure.task_id).where(TaskClosure.task_id == SealLink.task_id).exists()
    return db.select(SealLink).where(
        SealLink.state == "valid",
        SealLink.kind == "visit_started",
        SealLink.at < at - HANDED_IN_WITHIN,
        ~handed_in,
        ~kept,
        ~closed,
    )


def _devices(person: Person) -> Select[Device]:
    """Phones: a browser at a desk enrols a key too, to sign decisions with, and forges no chain."""
    own = db.select(Person.id).where(Person.organisation_id == person.organisation_id)
    sealing = db.select(SealLink.id).where(SealLink.device_id == Device.id).exists()
    return db.select(Device).where(Device.person_id.in_(own), sealing | (Device.name != DESK))


def _phone(device: Device, told: Iterable[Notice]) -> dict[str, Any]:
    count, heard = db.session.execute(
        db.select(func.count(), func.max(SealLink.received_at)).where(
            SealLink.device_id == device.id
        )
    ).one()
    return {
        **{name: getattr(device, name) for name in ("id", "name", "person", "enrolled_at")},
        "revoked_at": device.revocation and device.revocation.revoked_at,
        "links": count,
        "heard_at": heard,
        "notices": _shown(told),
    }


def _in_short(device: Device) -> list[Notice]:
    """Counted in the database: a chain may have many thousand links, and most have nothing to tell."""
    count, places, last = db.session.execute(
        db.select(
            func.count(), func.count(SealLink.position.distinct()), func.max(SealLink.position)
        ).where(SealLink.device_id == device.id)
    ).one()
    whole = count == places and (last or 0) == places
    told = (
        []
        if whole
        else notices(map(_link, db.session.scalars(_links(SealLink.device_id == device.id)).all()))
    )
    return [*_brought(device), *told, *_not_submitted(device), *_re_enrolled(device)]


def _brought(device: Device) -> list[Notice]:
    """What the phone's own person brought that no phone signed. It names whatever phone they like, so it is theirs."""
    count, earliest = db.session.execute(
        db.select(func.count(), func.min(SealLink.at)).where(
            SealLink.brought_by_id == device.person_id, SealLink.state != "valid"
        )
    ).one()
    if not count:
        return []
    return [Notice("seal_invalid", HIGH, count=count, at=earliest, name=device.person.name)]


def _not_submitted(device: Device) -> list[Notice]:
    begun = db.session.scalars(
        not_submitted(now()).where(SealLink.device_id == device.id).order_by(SealLink.at)
    ).all()
    return [
        Notice("not_submitted", HIGH, count=_captures(link), at=link.at, name=_place(link))
        for link in begun
    ]


def _captures(begun: SealLink) -> int:
    return (
        db.session.scalar(
            db.select(func.count()).where(
                SealLink.organisation_id == begun.organisation_id,
                SealLink.subject_id == begun.subject_id,
                SealLink.kind == "capture",
                SealLink.state == "valid",
            )
        )
        or 0
    )


def _place(begun: SealLink) -> str:
    named = db.select(Project.name).join(Task, Task.project_id == Project.id)
    return db.session.scalar(named.where(Task.id == begun.task_id)) or "?"


def _re_enrolled(device: Device) -> list[Notice]:
    """The same person's phone of the same name, enrolled before and still standing: this one took its place."""
    if device.revocation is not None:
        return []
    earlier = db.session.scalars(
        db.select(Device).where(
            Device.person_id == device.person_id,
            Device.name == device.name,
            Device.enrolled_at < device.enrolled_at,
        )
    ).unique()
    if not any(other.revocation is None for other in earlier):
        return []
    return [Notice("re_enrolled", MEDIUM, at=device.enrolled_at, name=device.name)]


def _around(own: Sequence[SealLink]) -> list[Notice]:
    """What the chains say between the first and the last link of the visit, on each phone that has some."""
    by_phone: dict[tuple[str, str], list[int]] = defaultdict(list)
    for link in own:
        by_phone[link.organisation_id, link.device_sent_id].append(link.position)
    return [
        notice
        for (organisation_id, phone), places in by_phone.items()
        for notice in _between(organisation_id, phone, min(places), max(places))
    ]


def _between(organisation_id: str, phone: str, first: int, last: int) -> list[Notice]:
    # One before the first: whether it follows what came before is told as well.
    links = db.session.scalars(
        _links(
            SealLink.organisation_id == organisation_id,
            SealLink.device_sent_id == phone,
            SealLink.state == "valid",
            SealLink.position.between(first - 1, last),
        )
    ).all()
    return [found for found in notices(map(_link, links)) if found.last >= first]


def _of_photos(said: Sequence[tuple[SealLink, dict[str, Any]]]) -> list[Notice]:
    states = Counter(
        content.get("position_state") for link, content in said if link.kind == "capture"
    )
    refused = states["refused"]
    return [Notice("position_refused", LOW, count=refused)] if refused else []


def _tombstone(
    link: SealLink, said: dict[str, Any], all_said: Sequence[tuple[SealLink, dict[str, Any]]]
) -> dict[str, Any]:
    since = _stood_since(said, all_said)
    stood_s = max(0, round((link.at - since).total_seconds())) if since else None
    return {
        "kind": link.kind,
        "question": said.get("question"),
        "evidence_id": said.get("evidence_id"),
        "before": said.get("from"),
        "after": said.get("to"),
        "at": link.at,
        "stood_s": stood_s,
        "valid": link.state == "valid",
        "sentence": sentences.tombstone(said, link.at, stood_s, english=english_asked()),
    }


def _stood_since(
    said: dict[str, Any], all_said: Sequence[tuple[SealLink, dict[str, Any]]]
) -> datetime | None:
    if said["kind"] == "answer_softened":
        try:
            return parse(said["answered_at"])
        except (KeyError, TypeError, ValueError, OverflowError):
            return None
    taken = (
        link.at
        for link, content in all_said
        if link.kind == "capture" and content.get("evidence_id") == said.get("evidence_id")
    )
    return next(taken, None)


def _links(*where: ColumnElement[bool]) -> Select[SealLink]:
    return db.select(SealLink).where(*where).order_by(SealLink.position, SealLink.received_at)


def _link(link: SealLink) -> Link:
    said = json.loads(link.text)
    return Link(
        link.position,
        link.sha256,
        link.previous,
        link.kind,
        link.at,
        valid=link.state == "valid",
        by=link.brought_by.name,
        offset=offset_of(said),
        lasting=lasts(said),
    )


def _shown(told: Iterable[Notice]) -> list[dict[str, str]]:
    english = english_asked()
    return [
        {
            "code": found.code,
            "severity": found.severity,
            "sentence": sentences.notice(found, english=english),
        }
        for found in told
    ]
