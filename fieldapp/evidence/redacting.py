"""Deleting the bytes of an evidence by law. The one act that takes something away: everything that proves what was there stays."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from flask import current_app
from sqlalchemy import Select, bindparam

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.blobs import erasing
from fieldapp.blobs.keeping import BlobsStored
from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.errors import Conflict
from fieldapp.events import announce
from fieldapp.evidence import redactions, viewing
from fieldapp.evidence.annotation_models import Annotation
from fieldapp.evidence.announcements import BytesRedacted
from fieldapp.evidence.models import Evidence, Reading, Rendition
from fieldapp.evidence.naming import filed_with
from fieldapp.evidence.redaction_models import WITHIN_RETENTION, Redaction

Holds = Callable[[str], bool]

_holds: dict[str, Holds] = {}


class WithinRetention(Conflict):
    zh = "保存期未满，不能以保存期满为由删除。"
    en = "The years of keeping are not over yet; that is no reason to delete it."


class UnderDispute(Conflict):
    zh = "该证据是未结扣分事项或未定稿意见表的依据，定案、定稿前不能删除；司法机关或主管部门决定删除的除外。"
    en = "An occurrence that is not final, or a form that is not submitted, rests on it: until then only an order of a court or authority deletes it."


@dataclass(frozen=True)
class Ordered:
    """`reason`: person_asked | consent_withdrawn | unlawfully_collected | ordered | retention_ended."""

    reason: str
    words: str


def hold(room: str, holds: Holds) -> None:
    """Have a room's `holds(evidence id)` say whether something that is not decided yet rests on it."""
    _holds[room] = holds


def redact(evidence: Evidence, by: Person | None, ordered: Ordered) -> Redaction:
    """Put it on record and have the bytes deleted; again is the same. `by` None: the operator at the machine.

    Raises NotAllowed, WithinRetention, UnderDispute.
    """
    if by is not None:
        by.require(Act.EVIDENCE_REDACT, evidence.scheme)
    # Held: two who delete the same bytes at once, or a reader of them, each see what the other did.
    erasing.is_here(evidence.organisation_id, evidence.sha256)
    already = db.session.get(Redaction, evidence.id)
    if already is not None:
        return already
    if ordered.reason not in WITHIN_RETENTION and now() < kept_until(evidence):
        raise WithinRetention(where="/reason")
    if ordered.reason != "ordered" and any(holds(evidence.id) for holds in _holds.values()):
        raise UnderDispute
    redaction = Redaction(evidence_id=evidence.id, by_id=by and by.id, **vars(ordered))
    db.session.add(redaction)
    db.session.flush()
    _erase_what_nobody_needs(evidence)
    _erase_annotations(evidence)
    announce(BytesRedacted(evidence.id, evidence.organisation_id, evidence.sha256))
    return redaction


def erase_when_stored(stored: BlobsStored) -> None:
    """It was deleted before its bytes came: they are not kept either."""
    if not _names_what_is_gone(stored.organisation_id, stored.hashes):
        return
    for digest in stored.hashes:
        if _names_what_is_gone(stored.organisation_id, [digest]):
            redactions.erase(stored.organisation_id, [digest])


def _names_what_is_gone(organisation_id: str, digests: Collection[str]) -> bool:
    asked = {"owner": organisation_id, "digests": list(digests)}
    with db.session.no_autoflush:  # filed before: the files can wait
        return db.session.scalar(_naming_what_is_gone(), asked) is not None


@cache
def _naming_what_is_gone() -> Select[str]:
    named = filed_with(bindparam("owner"), bindparam("digests", expanding=True))
    return db.select(Evidence.id).where(named, redactions.gone()).limit(1)


def kept_until(evidence: Evidence) -> datetime:
    """The end of the years for which it must be kept."""
    years: int = current_app.config_object.retention_years  # type: ignore[attr-defined]
    filed = evidence.filed_at
    day = min(filed.day, 28)  # no year lacks it
    return filed.replace(year=filed.year + years, day=day)


def _erase_what_nobody_needs(evidence: Evidence) -> None:
    """The original, what came ahead of it or around it, and all that we made of it; not what another one still names."""
    owner, original = evidence.organisation_id, evidence.sha256
    if redactions.is_needed(owner, original):
        return
    copy = viewing.find(owner, original)
    if copy is not None and copy.sha256 is None:
        db.session.delete(copy)
    # Another's of the same bytes was left while this one needed them; its envelope holds them too.
    same = db.select(Evidence.preview_sha256, Evidence.envelope_sha256).where(
        Evidence.organisation_id == owner, Evidence.sha256 == original
    )
    around = {digest for row in db.session.execute(same) for digest in row}
    own = {original, copy and copy.sha256, *around, *_renditions_of(owner, original)}
    redactions.erase(owner, filter(None, own))
    _forget_tags(owner, original)


def _erase_annotations(evidence: Evidence) -> None:
    """What was drawn on a copy of it shows it too."""
    owner = evidence.organisation_id
    drawn = db.select(Annotation).where(Annotation.evidence_id == evidence.id)
    for annotation in db.session.scalars(drawn):
        if not redactions.is_needed(owner, annotation.sha256):
            own = {annotation.sha256, *_renditions_of(owner, annotation.sha256)}
            redactions.erase(owner, own)
            _forget_tags(owner, annotation.sha256)
        redactions.erase(owner, filter(None, [annotation.envelope_sha256]))


def _renditions_of(owner: str, original: str) -> list[str]:
    made = db.select(Rendition.sha256).where(
        Rendition.organisation_id == owner, Rendition.original_sha256 == original
    )
    return list(db.session.scalars(made))


def _forget_tags(owner: str, original: str) -> None:
    """Where, when and by which phone: read from the bytes, gone with them."""
    reading = db.session.get(Reading, (owner, original))
    if reading is not None:
        reading.exif = None
