"""What a C2PA manifest in a file is worth. Child alone; nothing that the file names is fetched."""

import json
from typing import Any, BinaryIO

MARK = b"c2pa"
TRUSTED, VALID, INVALID, NOT_READ = "trusted", "valid", "invalid", "not_read"


def look(stream: BinaryIO, media_type: str, anchors: str | None) -> str:
    """trusted: signed by somebody on our list; valid: by somebody whom nobody here knows; invalid: altered since.

    not_read: it lies elsewhere, or makes no sense. `anchors`: our list, PEM certificates.
    """
    import c2pa

    try:
        context = c2pa.Context(settings=c2pa.Settings.from_dict(settings(anchors)))
        with c2pa.Reader(media_type, stream, context=context) as reader:
            return _worth(reader.get_validation_state(), json.loads(reader.json()))
    except Exception:  # noqa: BLE001 - whatever it is, it says nothing for the file
        return NOT_READ


def settings(anchors: str | None) -> dict[str, Any]:
    """A manifest that names an address must not make us ask it: neither for itself nor for a revocation list."""
    trust = {"trust": {"trust_anchors": anchors}} if anchors else {}
    return {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}} | trust


def _worth(state: str | None, told: dict[str, Any]) -> str:
    if state == "Trusted":
        return TRUSTED
    if state == "Valid" and told.get("active_manifest"):
        return VALID
    return INVALID
