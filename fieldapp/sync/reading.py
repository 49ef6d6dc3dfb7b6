"""From the bytes that a phone sent to a record, or to every reason why they are none, each with its place."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

from marshmallow import ValidationError

from fieldapp.envelopes.format import MEDIA_TYPE as ENVELOPE
from fieldapp.sync.reasons import MOST_REASONS, Reason, pointer, reason
from fieldapp.sync.record_fields import INT32, is_sent_id
from fieldapp.sync.record_schema import RecordSchema
from fieldapp.sync.record_taking import taking

FORMATS = (1, 2)
MOST_SEAL, MOST_SIGNATURE = 8000, 120
MOST_MEDIA_TYPE = 100
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SCHEMA = RecordSchema()
_take = taking(_SCHEMA)
_CODES = {"Unknown field.": "unknown_field", "Missing data for required field.": "missing_field"}


@dataclass(frozen=True)
class Read:
    """`record` as `RecordSchema` loads it, or None with the reasons."""

    record: dict[str, Any] | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class File:
    """Bytes that a record says the phone has."""

    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True)
class Claim:
    evidence_id: str
    original: File
    preview: File | None
    envelope: File | None = None

    @property
    def sent(self) -> File:
        """What travels: the envelope, where the phone sealed the content to our key."""
        return self.envelope or self.original


def read(body: bytes) -> Read:
    try:
        document = parse_json(body)
    except ValueError as error:
        return Read(None, (reason("not_json", "", str(error)),))
    if not isinstance(document, dict):
        return Read(None, (reason("not_json", "", "must be an object"),))
    if "format" in document and document["format"] not in FORMATS:
        return Read(None, (reason("unknown_format", "/format"),))
    try:
        return Read(_taken(document))
    except ValidationError:
        pass  # the schema says why
    try:
        return Read(_SCHEMA.load(document))
    except ValidationError as error:
        found = sorted(_reasons_in(error.messages, ()), key=lambda r: r.where)
        return Read(None, tuple(found[:MOST_REASONS]))


def _taken(document: dict[str, Any]) -> dict[str, Any]:
    taken = _take(document)
    _SCHEMA.require_to_fit_its_kind(taken)
    return _SCHEMA.set_apart(taken)


def claims_in(body: bytes) -> tuple[Claim, ...]:
    """The evidence that the bytes name, however wrong the rest is: photos of a record that waits are evidence too."""
    try:
        document = parse_json(body)
    except ValueError:
        return ()  # nothing that could be read names no photo
    listed = document.get("evidence") if isinstance(document, dict) else None
    found = (_claim(part) for part in (listed if isinstance(listed, list) else ()))
    return tuple(dict.fromkeys(claim for claim in found if claim is not None))


def seals_in(body: bytes) -> tuple[tuple[str, str], ...]:
    """(text, signature) of every seal that the bytes carry, of photos and of the chain, however wrong the rest is."""
    if b'"chain"' not in body:
        return ()  # the first format: its seals have no place in a chain
    try:
        document = parse_json(body)
    except ValueError:
        return ()
    if not isinstance(document, dict):
        return ()
    of_photos = [_sealed(part, "seal", "seal_signature") for part in _parts(document, "evidence")]
    of_chain = [_sealed(part, "seal", "signature") for part in _parts(document, "chain")]
    return tuple(found for found in (*of_photos, *of_chain) if found is not None)


def project_named(body: bytes) -> str | None:
    """The project's id, where the bytes name one in the right form."""
    try:
        document = parse_json(body)
    except ValueError:
        return None
    named = document.get("project_id") if isinstance(document, dict) else None
    return named if isinstance(named, str) and is_sent_id(named) else None


def parse_json(body: bytes) -> Any:
    """Strict JSON: UTF-8, each name once, no NaN. Raises ValueError.

    A name given twice would let two readers of the same signed bytes see two different records.
    """
    try:
        return json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _reasons_in(messages: Any, path: tuple[Any, ...]) -> Iterator[Reason]:
    if isinstance(messages, dict):
        for step, inner in messages.items():
            yield from _reasons_in(inner, path if step == "_schema" else (*path, step))
        return
    for sentence in messages if isinstance(messages, list) else [messages]:
        code = _CODES.get(str(sentence), "bad_value")
        yield reason(code, pointer(*path), "" if str(sentence) in _CODES else str(sentence))


def _parts(document: dict[str, Any], name: str) -> list[Any]:
    listed = document.get(name)
    return [part for part in listed if isinstance(part, dict)] if isinstance(listed, list) else []


def _sealed(part: dict[str, Any], text: str, signature: str) -> tuple[str, str] | None:
    found = part.get(text), part.get(signature)
    if not all(isinstance(one, str) and "\x00" not in one and one.isprintable() for one in found):
        return None
    fits = len(str(found[0])) <= MOST_SEAL and len(str(found[1])) <= MOST_SIGNATURE
    return (str(found[0]), str(found[1])) if fits else None


def _claim(part: Any) -> Claim | None:
    if (
        not isinstance(part, dict)
        or not isinstance(part.get("id"), str)
        or not is_sent_id(part["id"])
    ):
        return None
    original, envelope = _file(part), _file(part.get("envelope"))
    if envelope is not None:
        envelope = File(envelope.sha256, envelope.size, ENVELOPE)
    return Claim(part["id"], original, _file(part.get("preview")), envelope) if original else None


def _file(part: Any) -> File | None:
    if not isinstance(part, dict):
        return None
    sha256, size, media_type = part.get("sha256"), part.get("size"), part.get("media_type")
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        return None
    if isinstance(size, bool) or not isinstance(size, int) or not 0 < size <= INT32:
        return None
    return File(
        sha256, size, media_type if _is_media_type(media_type) else "application/octet-stream"
    )


def _is_media_type(given: Any) -> TypeGuard[str]:
    return (
        isinstance(given, str)
        and given.isascii()
        and given.isprintable()
        and 0 < len(given) <= MOST_MEDIA_TYPE
    )
