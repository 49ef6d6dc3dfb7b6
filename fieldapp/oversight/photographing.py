"""What an officer photographed at a finding: filed as evidence of the authority, imported, with no seal of a phone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act, Kind, Scheme
from fieldapp.blobs.models import Blob, Upload
from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.errors import Conflict, Invalid, NotAllowed
from fieldapp.evidence import filing
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.subjects import Surroundings
from fieldapp.oversight.access import findings_for
from fieldapp.oversight.inspecting import CLOCK_SKEW
from fieldapp.oversight.models import AuthorityFinding
from fieldapp.oversight.showing import SIGHTING, item_names


class PhotosClosed(Conflict):
    zh = "保险机构已答复，或已记入事实，不能再加照片。新看到的情况请另记一条。"
    en = "The insurer has answered, or a fact is on record. Write down what is seen now as another finding."


class BytesMissing(Conflict):
    zh = "照片还没有传到。请重新上传后再保存。"
    en = "The photo has not arrived yet. Upload it again, then save."


class TakenInFuture(Invalid):
    zh = "拍摄时间不能晚于现在。"
    en = "A photo cannot be taken later than now."


@dataclass(frozen=True)
class Taken:
    """A photo as the browser tells of it; `id` is the browser's, so that the same sent again is the same photo."""

    id: str
    sha256: str
    size: int
    media_type: str
    captured_at: datetime


def add(finding: AuthorityFinding, officer: Person, photos: Sequence[Taken]) -> AuthorityFinding:
    """File them with the finding. The insurer answers what it has seen, so none comes after its answer.

    Raises NotAllowed, PhotosClosed, TakenInFuture, BytesMissing.
    """
    officer.require(Act.SPOT_INSPECTION_MAKE, Scheme.LIABILITY)
    if officer.organisation_id != finding.inspection.authority_id:
        raise NotAllowed
    if finding.response is not None or finding.fact is not None:
        raise PhotosClosed
    for place, photo in enumerate(photos):
        if photo.captured_at > now() + CLOCK_SKEW:
            raise TakenInFuture(where=f"/photos/{place}/captured_at")
        if not _has_come(officer.organisation_id, photo.sha256):
            raise BytesMissing(where=f"/photos/{place}")
    of_it = db.select(db.func.count(Evidence.id)).where(Evidence.subject_id == finding.id)
    first = db.session.scalar(of_it) or 0
    filing.file_all([_claim(finding, officer, one, first + n) for n, one in enumerate(photos)])
    return finding


def open_to(person: Person) -> ColumnElement[bool]:
    """A condition on Evidence: who reads the finding sees its photos. The tie to the site keeps other areas out."""
    if not person.may(Act.FINDING_READ, Scheme.LIABILITY):
        return db.false()
    if person.kind is Kind.INSURER:
        return Evidence.subject_id.in_(findings_for(person).with_only_columns(AuthorityFinding.id))
    return db.true()


def surroundings_of(photos: Iterable[Evidence]) -> dict[str, Surroundings]:
    """By evidence id: the item, and what the officer wrote there."""
    rows = {photo.id: db.session.get(AuthorityFinding, photo.subject_id) for photo in photos}
    return {
        id_: Surroundings(item=item_names(row.visit, row.question), hint=f"飞行检查：{row.words}")
        for id_, row in rows.items()
        if row is not None
    }


def _has_come(organisation_id: str, sha256: str) -> bool:
    """Stored, or whole and being hashed again."""
    own = {"organisation_id": organisation_id, "sha256": sha256}
    if db.session.get(Blob, own) is not None:
        return True
    checking = db.select(Upload.id).filter_by(**own, outcome="checking")
    return db.session.scalar(checking.limit(1)) is not None


def _claim(finding: AuthorityFinding, officer: Person, photo: Taken, position: int) -> filing.Claim:
    return filing.Claim(
        organisation_id=officer.organisation_id,
        sent_id=photo.id,
        subject_kind=SIGHTING,
        subject_id=finding.id,
        scheme=Scheme.LIABILITY,
        project_id=finding.inspection.project_id,
        service_insurer_id=finding.insurer_id,
        personal=False,
        question=finding.question,
        category=None,
        finding_sent_id=None,
        shot="near",
        position=position,
        capture="imported",
        captured_at=photo.captured_at,
        clock_offset_ms=None,
        task_issued_at=None,
        captured_by_id=officer.id,
        device=None,
        fix=None,
        sha256=photo.sha256,
        size=photo.size,
        media_type=photo.media_type,
        preview_sha256=None,
        seal=None,
        seal_signature=None,
    )
