"""Links of phones' chains, kept as they arrive: by themselves at a contact, or inside a record. Twice is once."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError, OperationalError

from fieldapp.accounts.models import Device, Person
from fieldapp.db import db, savepoint
from fieldapp.evidence import intake
from fieldapp.evidence.chains import Kept
from fieldapp.evidence.models import Evidence, Flag
from fieldapp.keys import sha256, verifies
from fieldapp.seals.models import SealLink
from fieldapp.seals.reading import Read, offset_of, read
from fieldapp.sync.announcements import RecordKept
from fieldapp.sync.reading import seals_in
from fieldapp.sync.sealers import phones_named
from fieldapp.visits import calling
from fieldapp.visits.models import Task

ACKNOWLEDGES = {"task_acknowledged": "phone", "visit_started": "started"}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sealed:
    """A text exactly as signed, and the signature."""

    text: str
    signature: str


def keep(by: Person, sent: Iterable[Sealed]) -> int:
    """Keep what is a link and not here yet; how many of them there are now. `by`: who brought them."""
    links = {sha256(one.text.encode()): (one, found) for one in sent if (found := read(one.text))}
    phones = phones_named(by.organisation_id, {found.device_sent_id for _, found in links.values()})
    fresh = _fresh(by, links, phones)
    try:
        with db.session.begin_nested():
            db.session.add_all(_row(by, digest, *links[digest], phones) for digest in sorted(fresh))
    except IntegrityError:  # the same contact came twice at once: each is tried by itself
        for digest in sorted(fresh):
            _keep_one(_row(by, digest, *links[digest], phones))
    for digest in sorted(fresh, key=lambda digest: links[digest][1].at):
        _acknowledge(*links[digest], phones)
    _look_again_after(by.organisation_id, fresh)
    return len(links)


def holds(organisation_id: str, digest: str) -> bool:
    """Whether the link of this digest is here and truly of the phone that it names."""
    link = db.select(SealLink.id).where(
        SealLink.organisation_id == organisation_id,
        SealLink.sha256 == digest,
        SealLink.state == "valid",
    )
    return db.session.scalar(link.limit(1)) is not None


def links_of(organisation_id: str, device_sent_id: str) -> list[Kept]:
    """One phone's chain as far as it is here, in its order."""
    rows = db.session.scalars(
        db.select(SealLink)
        .where(
            SealLink.organisation_id == organisation_id,
            SealLink.device_sent_id == device_sent_id,
            SealLink.state == "valid",
        )
        .order_by(SealLink.position, SealLink.id)
    )
    return [_kept(row) for row in rows]


def _kept(row: SealLink) -> Kept:
    found = read(row.text)
    at = _by_our_clock(found) if found else row.at
    return Kept(row.position, row.sha256, row.previous, at, row.task_id, row.received_at)


def follow_record(kept: RecordKept) -> None:
    """A record carries the links of its visit: they are here even where no other contact ever was.

    The record stands whatever becomes of its links: its bytes carry them, and can be read again.
    """
    try:
        with savepoint():
            sealed = [Sealed(text, signature) for text, signature in seals_in(kept.record.body)]
            if sealed:
                keep(kept.record.sent_by, sealed)
    except OperationalError:
        raise
    except Exception:
        log.exception("the links of record %s could not be kept", kept.record.id)


def _acknowledge(one: Sealed, found: Read, phones: Mapping[str, Device]) -> None:
    """收到, said on a phone or by starting the visit there: the person's whose phone signed it, whoever brought it."""
    phone = phones.get(found.device_sent_id)
    how = ACKNOWLEDGES.get(found.kind)
    if how is None or found.task_id is None or phone is None or _state(phone, one) != "valid":
        return
    task = db.session.get(Task, found.task_id)
    if task is not None:
        calling.acknowledge(task, phone.person, how, _by_our_clock(found))


def _by_our_clock(found: Read) -> datetime:
    return found.at + (offset_of(found.said) or timedelta())


def _look_again_after(organisation_id: str, digests: Iterable[str]) -> None:
    """A photo that was read before the link in front of it came is told to have a gap no longer."""
    waiting = db.select(Evidence).where(
        Evidence.organisation_id == organisation_id,
        Evidence.seal_previous.in_(list(digests)),
        db.select(Flag.id)
        .where(Flag.evidence_id == Evidence.id, Flag.code == "chain_gap")
        .exists(),
    )
    for evidence in db.session.scalars(waiting).unique():
        intake.ask(evidence)


def _row(
    by: Person, digest: str, one: Sealed, found: Read, phones: Mapping[str, Device]
) -> SealLink:
    phone = phones.get(found.device_sent_id)
    state = _state(phone, one)
    return SealLink(
        organisation_id=by.organisation_id,
        device_id=phone.id if phone and state == "valid" else None,
        device_sent_id=found.device_sent_id,
        brought_by_id=by.id,
        sha256=digest,
        state=state,
        position=found.position,
        previous=found.previous,
        kind=found.kind,
        subject_id=found.subject_id,
        task_id=found.task_id,
        at=found.at,
        text=one.text,
        signature=one.signature,
    )


def _state(phone: Device | None, one: Sealed) -> str:
    if phone is None:
        return "unknown_phone"
    signed = verifies(phone.public_key, one.signature, one.text.encode())
    return "valid" if signed else "invalid"


def _fresh(
    by: Person, links: Mapping[str, tuple[Sealed, Read]], phones: Mapping[str, Device]
) -> set[str]:
    """Digests of what is not here yet as it comes now: a valid one is never kept back by one that was not."""
    known = _known(by.organisation_id, links)
    doubtful = {digest for digest in links if "valid" not in known[digest]}
    return {
        digest
        for digest in doubtful
        if _state(phones.get(links[digest][1].device_sent_id), links[digest][0])
        not in known[digest]
    }


def _known(organisation_id: str, digests: Iterable[str]) -> dict[str, set[str]]:
    """By digest: the states in which the link is here."""
    rows = db.session.execute(
        db.select(SealLink.sha256, SealLink.state).where(
            SealLink.organisation_id == organisation_id, SealLink.sha256.in_(list(digests))
        )
    )
    found: dict[str, set[str]] = defaultdict(set)
    for digest, state in rows:
        found[digest].add(state)
    return found


def _keep_one(row: SealLink) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        if row.state not in _known(row.organisation_id, [row.sha256])[row.sha256]:
            raise
