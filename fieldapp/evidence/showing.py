"""Pictures and originals, as URLs that serve just these bytes for a short while."""

from fieldapp.blobs import serving
from fieldapp.blobs.models import Blob
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.evidence import redactions
from fieldapp.evidence.models import Evidence, Reading, Rendition
from fieldapp.evidence.reader import LARGE, SMALL
from fieldapp.ledger.recording import record_read

_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "audio/mp4": "m4a",
    "audio/webm": "webm",
    "application/pdf": "pdf",
}

SOUND = ("audio/mp4", "audio/webm")


class NotShown(NotFound):
    zh = "照片尚未读取，或无法显示。"
    en = "The photo has not been read yet, or cannot be shown."


class OriginalNotHere(NotFound):
    zh = "原始文件尚未到达。"
    en = "The original has not arrived yet."


def rendition_url(evidence: Evidence, longest_side: int) -> str:
    """Raises NotShown, Redacted."""
    redactions.require_there(evidence)
    key = (evidence.organisation_id, evidence.sha256, longest_side)
    # Only our own sizes are asked for: no database takes every number that an address may hold.
    rendition = db.session.get(Rendition, key) if longest_side in (LARGE, SMALL) else None
    if rendition is None:
        raise NotShown
    stored = f"{rendition.organisation_id}/{rendition.sha256}"
    return serving.link(stored, "image/jpeg", "inline", f"{evidence.id}-{longest_side}.jpg")


def recording_url(evidence: Evidence) -> str:
    """A statement's sound, to be played where it is judged; listening is an entry.

    Only what our reader found to be sound and nothing else, under the type that it found. Raises NotShown, Redacted.
    """
    redactions.require_there(evidence)
    reading = db.session.get(Reading, (evidence.organisation_id, evidence.sha256))
    if reading is None or reading.state != "accepted" or reading.media_type not in SOUND:
        raise NotShown
    record_read(evidence, "original")
    ending = _ENDINGS[reading.media_type]
    stored = f"{evidence.organisation_id}/{evidence.sha256}"
    return serving.link(stored, reading.media_type, "inline", f"{evidence.id}.{ending}")


def original_url(evidence: Evidence) -> str:
    """The bytes as they came, to be saved and never shown; handing them out is an entry. Raises OriginalNotHere, Redacted."""
    redactions.require_there(evidence)
    blob = db.session.get(Blob, (evidence.organisation_id, evidence.sha256))
    if blob is None:
        raise OriginalNotHere
    record_read(evidence, "original")
    reading = db.session.get(Reading, (evidence.organisation_id, evidence.sha256))
    ending = _ENDINGS.get((reading and reading.media_type) or "", "bin")
    return serving.link(
        blob.key, "application/octet-stream", "attachment", f"{evidence.id}.{ending}"
    )
