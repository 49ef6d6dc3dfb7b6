"""Verdicts: a party's judgement of one evidence, added and never changed."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act, Kind
from fieldapp.db import db
from fieldapp.errors import Conflict, Invalid, NotAllowed
from fieldapp.events import announce
from fieldapp.evidence import blind, documents, redactions
from fieldapp.evidence.access import AUTHORITIES
from fieldapp.evidence.announcements import VerdictGiven
from fieldapp.evidence.models import Evidence, Reading, Verdict
from fieldapp.evidence.showing import SOUND


class OwnCapture(NotAllowed):
    zh = "不能审核自己拍摄的照片，请由他人审核。"
    en = "Nobody judges his own capture; somebody else must."


class NotYetReadable(Conflict):
    zh = "原始照片尚未到达或无法读取，不能采信。可等待读取完成，或要求补拍。"
    en = "The original has not been received and read, so it cannot be accepted. Wait for it, or ask for a re-shoot."


class OriginalNotRead(Conflict):
    zh = "此文件不在页面上打开：请先下载原件查看，再判采信。"
    en = "This file is not opened on the page: download and read the original before you accept it."


class ReasonMissing(Invalid):
    zh = "不采信须说明原因。"
    en = "A rejection needs its reason."


class FollowUpMissing(Invalid):
    zh = "不采信须选择后续：补拍、说明或不可补。"
    en = "A rejection needs what follows: re-shoot, explain or none."


@dataclass(frozen=True)
class Judgement:
    """`reason` and `follow_up` belong to a rejection alone. `seen_ms`: how long the photo was looked at.

    `sheet_id`: the contact sheet on which it was accepted with others.
    """

    outcome: str
    reason: str | None = None
    words: str | None = None
    follow_up: str | None = None
    seen_ms: int | None = None
    sheet_id: str | None = None


def give(evidence: Evidence, by: Person, judgement: Judgement) -> Verdict:
    """The verdict of the person's organisation; its latest counts. The same again at once is the same verdict.

    Raises OwnCapture, NotAllowed, ReasonMissing, FollowUpMissing, NotYetReadable, OriginalNotRead, Redacted.
    """
    require_judge(evidence, by)
    redactions.require_there(evidence)
    judgement = _complete(judgement, by)
    # Locked: a verdict sent twice at once is one verdict, and asks for one re-shoot.
    db.session.refresh(evidence, with_for_update={"of": Evidence})
    db.session.expire(evidence, ["verdicts"])
    if judgement.outcome == "accepted":
        _require_seen(evidence, by)
    already = latest_of(evidence.verdicts, by.organisation_id)
    if already is not None and already.by_id == by.id and _says(already) == _said(judgement):
        return already
    verdict = Verdict(
        party_id=by.organisation_id,
        by_id=by.id,
        how="sheet" if judgement.sheet_id else "single",
        blind=blind.is_withheld(evidence, by),
        **vars(judgement),
    )
    evidence.verdicts.append(verdict)
    db.session.flush()
    db.session.refresh(verdict)
    announce(VerdictGiven(verdict.id, evidence.id, verdict.outcome, verdict.follow_up))
    return verdict


def require_judge(evidence: Evidence, person: Person) -> None:
    """The insurer that served the project judges quality, the scheme's authority admissibility.

    The caller has found `evidence` among what the person may see, so an authority's area is known to fit.
    """
    if evidence.captured_by_id == person.id:
        raise OwnCapture
    if person.kind in AUTHORITIES:
        person.require(Act.EVIDENCE_JUDGE_ADMISSIBILITY, evidence.scheme)
        return
    person.require(Act.EVIDENCE_JUDGE_QUALITY, evidence.scheme)
    if evidence.organisation.kind in AUTHORITIES:
        raise NotAllowed  # what is held against the insurer is not the insurer's to reject
    if evidence.service_insurer_id != person.organisation_id:
        raise NotAllowed


def _require_seen(evidence: Evidence, by: Person) -> None:
    """A copy that we made is looked at, sound is played as it came, and what we show in no way is read as it came."""
    reading = db.session.get(Reading, (evidence.organisation_id, evidence.sha256))
    if reading is None or reading.state != "accepted":
        raise NotYetReadable
    if reading.media_type in SOUND or reading.renditions:
        return
    if not documents.is_document(reading):
        raise NotYetReadable
    if not documents.read_by(by, [evidence]):
        raise OriginalNotRead


def latest_of(verdicts: Sequence[Verdict], party_id: str) -> Verdict | None:
    """The party's verdict that counts."""
    own = [verdict for verdict in verdicts if verdict.party_id == party_id]
    return max(own, key=lambda verdict: (verdict.at, verdict.id), default=None)


Told = Callable[[str, str], Container[str]]

_told: dict[str, Told] = {}


def tell(room: str, told: Told) -> None:
    """Have a room's `told(insurer id, evidence id)` say of which verdicts that ground its decisions an insurer was told."""
    _told[room] = told


def shown_to(person: Person, evidence: Evidence) -> list[Verdict]:
    """The verdicts that the person may know of, the earliest first.

    An authority sees all, but of a photo that it is to judge blind only once it has. The insurer and its agency see the insurer's own; an insurer an authority's only once it
    grounds something that the insurer was told of. Other insurers see none.
    """
    if person.kind in AUTHORITIES:
        return [] if blind.is_withheld(evidence, person) else list(evidence.verdicts)
    if person.organisation_id not in (evidence.service_insurer_id, evidence.organisation_id):
        return []
    insurers = {person.organisation_id, evidence.service_insurer_id}
    own = [v for v in evidence.verdicts if v.party_id in insurers]
    if len(own) == len(evidence.verdicts) or person.kind is not Kind.INSURER:
        return own
    known = [told(person.organisation_id, evidence.id) for told in _told.values()]
    return [v for v in evidence.verdicts if v in own or any(v.id in ids for ids in known)]


def _complete(judgement: Judgement, by: Person) -> Judgement:
    if judgement.outcome == "accepted":
        return replace(judgement, reason=None, follow_up=None)
    if judgement.reason is None:
        raise ReasonMissing(where="/reason")
    if by.kind is not Kind.INSURER:  # only who sent the surveyor can send him again
        return replace(judgement, follow_up=None)
    if judgement.follow_up is None:
        raise FollowUpMissing(where="/follow_up")
    return judgement


def _says(verdict: Verdict) -> tuple[Any, ...]:
    return verdict.outcome, verdict.reason, verdict.words, verdict.follow_up


def _said(judgement: Judgement) -> tuple[Any, ...]:
    return judgement.outcome, judgement.reason, judgement.words, judgement.follow_up
