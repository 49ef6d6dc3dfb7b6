"""What was deleted by law: how every room knows of it, and what is shown in its place."""

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from typing import Any

from flask import Response
from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists, literal, or_

from fieldapp.blobs import erasing
from fieldapp.blobs.erasing_models import BlobErasure
from fieldapp.clock import local_date, now
from fieldapp.db import db
from fieldapp.errors import Problem
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.naming import shown_by
from fieldapp.evidence.reader import LARGE, SMALL
from fieldapp.evidence.redaction_models import Redaction

MEDIA_TYPE = "image/svg+xml"
GONE = "gone"


class Redacted(Problem):
    status = 410
    zh = "该证据的内容已依法删除，散列值、封签、判定和账本仍保留。"
    en = (
        "The bytes of this evidence were deleted by law; its hash, seal, verdicts and entries stay."
    )


def gone() -> ColumnElement[bool]:
    """A condition on Evidence: its bytes were deleted, for itself or for another that had the same."""
    return or_(
        exists().where(Redaction.evidence_id == Evidence.id),
        exists().where(
            BlobErasure.organisation_id == Evidence.organisation_id,
            BlobErasure.sha256 == Evidence.sha256,
        ),
    )


def gone_among(
    owners: BindParameter[Any], digests: BindParameter[Any], ids: BindParameter[Any]
) -> tuple[Select[Any], Select[Any]]:
    """The same as rows, for a union: (GONE, organisation, SHA-256) of files, (GONE, "", id) of evidence that may not be written yet."""
    erased = db.select(literal(GONE), BlobErasure.organisation_id, BlobErasure.sha256).where(
        BlobErasure.organisation_id.in_(owners), BlobErasure.sha256.in_(digests)
    )
    redacted = db.select(literal(GONE), literal(""), Redaction.evidence_id).where(
        Redaction.evidence_id.in_(ids)
    )
    return erased, redacted


def is_gone(evidence: Evidence) -> bool:
    erased = erasing.find(evidence.organisation_id, evidence.sha256)
    return erased is not None or db.session.get(Redaction, evidence.id) is not None


def require_there(evidence: Evidence) -> None:
    """Raises Redacted."""
    if is_gone(evidence):
        raise Redacted


def is_needed(organisation_id: str, digest: str) -> bool:
    """Whether an evidence that is not deleted stands behind these bytes."""
    needing = db.select(Evidence.id).where(shown_by(organisation_id, digest), ~gone())
    return db.session.scalar(needing.limit(1)) is not None


def erase(organisation_id: str, digests: Iterable[str]) -> None:
    """Have those of these bytes erased that no evidence needs. In the caller's transaction."""
    for digest in sorted(set(digests)):
        # Held first: of two who each need them no longer, the second sees what the first decided.
        if erasing.is_here(organisation_id, digest) and not is_needed(organisation_id, digest):
            erasing.ask(organisation_id, [digest])


def all_of(shown: Sequence[Evidence]) -> dict[str, dict[str, Any]]:
    """When, why and by whom, by the evidence's id; only of what was deleted."""
    asked = {"ids": [evidence.id for evidence in shown]}
    return {row.id: _told(*row) for row in db.session.execute(_gone_among(), asked)}


@cache
def _gone_among() -> Select[Any]:
    columns = (Evidence.id, Evidence.organisation_id, Evidence.sha256)
    return db.select(*columns).where(Evidence.id.in_(bindparam("ids", expanding=True)), gone())


def said_instead(evidence: Evidence, longest_side: int) -> Response:
    """The picture that says so, wherever the photo would stand."""
    side = longest_side if longest_side in (LARGE, SMALL) else SMALL
    response = Response(picture(evidence, side), mimetype=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def picture(evidence: Evidence, side: int) -> str:
    """An SVG that says so."""
    at = _told(evidence.id, evidence.organisation_id, evidence.sha256)["at"]
    width, height = side, side * 3 // 4
    words = ("已依法删除", "Deleted by law", f"{local_date(at):%Y-%m-%d}")
    sizes = (side // 10, side // 18, side // 18)
    lines = "".join(
        f'<text x="50%" y="{height * place // 100}" font-size="{size}">{escape(line)}</text>'
        for line, size, place in zip(words, sizes, (46, 62, 76), strict=True)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<rect width="100%" height="100%" fill="#3a4250"/><g fill="#e6eaf0" text-anchor="middle" font-family="sans-serif">{lines}</g></svg>'
    )


def _told(evidence_id: str, organisation_id: str, sha256: str) -> dict[str, Any]:
    own = db.session.get(Redaction, evidence_id) or _of_the_same(organisation_id, sha256)
    erasure = erasing.find(organisation_id, sha256)
    if own is None:  # the bytes are gone all the same, and whoever reads must be told so
        at = erasure.asked_at if erasure else now()
        own = Redaction(reason="ordered", words="", at=at)
    return {
        "at": own.at,
        "reason": own.reason,
        "words": own.words,
        "by": own.by and {"name": own.by.name, "organisation": own.by.organisation.name},
        "erased_at": erasure and erasure.erased_at,
    }


def _of_the_same(organisation_id: str, sha256: str) -> Redaction | None:
    """Filed with bytes that were deleted with another evidence, as its original or made of it: the decision is the other's."""
    others = db.select(Redaction).join(Evidence, Evidence.id == Redaction.evidence_id)
    return db.session.scalars(
        others.where(shown_by(organisation_id, sha256)).order_by(Redaction.at).limit(1)
    ).first()
