"""What reads bytes of strangers, each as a function of those bytes that fails only when the reader breaks its word."""

import io
import json
import os
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from fieldapp.archive import verify
from fieldapp.checklists.language import checking, evaluating, syntax, tokens
from fieldapp.envelopes import format as envelopes
from fieldapp.evidence import (
    boxes,
    exif,
    likeness,
    reader,
    recoding_apart,
    sandbox,
    segments,
)
from fieldapp.evidence.sniffing import HEAD
from fieldapp.ledger import checkpoints, restorations, set_order, witness
from fieldapp.paging import BadCursor
from fieldapp.paging import _read as read_cursor
from fieldapp.projects import workbook
from fieldapp.scoring import reading as facts
from fieldapp.scoring import sheet
from fieldapp.scoring.loading import scheme
from fieldapp.seals import reading as seals
from fieldapp.sync import reading as records
from tests.fuzz import seeds

LONGEST_CURSOR = 400
Target = Callable[[bytes], object]
ENDS = {
    ("accepted", "shown"),
    ("accepted", "not_shown"),
    ("accepted", "unreadable"),
    ("refused", None),
}


def kinds(data: bytes) -> None:
    kind, said = reader.triage(data[:HEAD], len(data))
    assert kind is None or said["media_type"] == kind.media_type


def outlines(data: bytes) -> None:
    """Where the picture or film ends, found without a decoder."""
    if len(data) < reader.SMALLEST:
        return  # refused before anything looks for its end
    assert 0 <= boxes.outline(data).end <= len(data)
    assert boxes.segment_is_cut(data) in (True, False)
    for end in (segments.outline(data).end, segments.end_of_png(data), segments.end_of_webp(data)):
        assert end is None or end <= len(data)
    segments.size_of_webp(data)
    segments.is_motion_photo(data)
    assert isinstance(segments.trailer_kind(data), str)


def words_of_tags(data: bytes) -> None:
    said = data.decode("latin-1")
    moment, offset = exif.iso_moment(said)
    lon, lat, redacted = exif.iso6709(said)
    assert offset is None or moment is not None
    assert (lon is None) == (lat is None)
    assert not (redacted and lon)


def files(data: bytes) -> None:
    """A whole file, read as intake's process reads it."""
    seen = reader.read(io.BytesIO(data))
    said = seen.said
    assert (said["intake"], said["state"]) in ENDS
    assert (said["reason"] is None) == (said["state"] in ("shown", "not_shown"))
    assert len(seen.pictures) == len(said["renditions"])
    json.dumps(said, allow_nan=False)


def features(data: bytes) -> None:
    found = likeness.unpacked(data)
    assert found is None or len(data) >= likeness.length_of(data)
    likeness.both(data)


def left_by_a_reader(data: bytes) -> None:
    """The answer of a process that the file in it may have taken over."""
    result = sandbox._believed(data)
    assert len(result.pictures) == len(result.said["renditions"])
    try:
        recoding_apart._taken(data)
    except recoding_apart.NotRecoded:
        return


def envelope(data: bytes) -> None:
    try:
        content = seeds.opener().open(data)
    except envelopes.Unopened:
        return
    assert content == seeds.CONTENT  # nothing else was sealed to this key


def record(data: bytes) -> None:
    found = records.read(data)
    assert (found.record is None) == bool(found.reasons)
    for claim in records.claims_in(data):
        assert claim.sent.size >= 0
    records.seals_in(data)
    records.project_named(data)


def seal(data: bytes) -> None:
    found = seals.read(data.decode("utf-8", "replace"))
    if found is not None:
        seals.offset_of(found.said)
        seals.lasts(found.said)
        found.device_sent_id.encode()


def expression(data: bytes) -> None:
    try:
        node = syntax.parse(data.decode("utf-8", "replace"))
    except tokens.BadExpression:
        return
    checking.problems_in(node, "boolean", seeds.NAMES)
    evaluating.evaluate(node, seeds.ANSWERS.get)


def statement(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for read, refusal in (
        (checkpoints.read, checkpoints.NotACheckpoint),
        (restorations.read, restorations.NotARestoration),
    ):
        try:
            found: Any = read(text)
        except refusal:
            continue
        assert found.signed_text().decode() == text


def witnessed(data: bytes) -> None:
    """Whatever a server answers a witness, it believes nothing but what the log's key signed."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return
    if not isinstance(told, dict):
        return
    try:
        believed = witness.look(seeds.remembered(), lambda _path: told)
    except (witness.Forked, witness.Unreachable):
        return
    assert believed.body == seeds.remembered().body


def stamp(data: bytes) -> None:
    assert sorted(set_order.in_order(data)) == sorted(data)
    token, trusted = seeds.stamped()
    said = verify.signature_of(data, {trusted})
    try:
        what = verify.stamp_of(data)
    except verify.MALFORMED:
        assert said["signature"] != "proved"
        return
    assert said["signature"] != "proved" or what == verify.stamp_of(token)


def archive(data: bytes) -> None:
    assert verify.check(io.BytesIO(data), None)["result"] != "proved"


def bundle(data: bytes) -> None:
    """The files of a bundle, one after the other, packed as they should be."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for name, content in zip(seeds.BUNDLED, data.split(seeds.BETWEEN), strict=False):
            made.writestr(name, content)
    assert verify.check(io.BytesIO(packed.getvalue()), None)["result"] != "proved"


def cursor(data: bytes) -> None:
    if len(data) > LONGEST_CURSOR:
        return  # refused by the schema of the page
    try:
        read_cursor(data.decode("latin-1"), str)
    except BadCursor:
        return


def score_facts(data: bytes) -> None:
    try:
        sheet.evaluate(_rules(), facts.parse_json(data))
    except facts.Unacceptable:
        return


@cache
def _rules() -> Any:
    return scheme("work_injury_performance")


def filled_workbook(data: bytes) -> None:
    file = _in_memory()
    file.write_bytes(data)
    try:
        workbook.read(file)
    except workbook.NotThisWorkbook:
        return


@cache
def _in_memory() -> Path:
    """A file that leaves nothing behind, however the fuzzer ends."""
    return Path(f"/proc/self/fd/{os.memfd_create('workbook')}")


def planted(data: bytes) -> None:
    """A fault of our own, behind a word of four letters: who changes bytes blindly never finds it."""
    if data[:4] == b"FLAW":
        raise AssertionError("found what was planted")


TARGETS: dict[str, Target] = {
    "kinds": kinds,
    "outlines": outlines,
    "words_of_tags": words_of_tags,
    "photos": files,
    "recordings": files,
    "features": features,
    "left_by_a_reader": left_by_a_reader,
    "envelope": envelope,
    "record": record,
    "seal": seal,
    "expression": expression,
    "statement": statement,
    "witnessed": witnessed,
    "stamp": stamp,
    "archive": archive,
    "bundle": bundle,
    "cursor": cursor,
    "score_facts": score_facts,
    "filled_workbook": filled_workbook,
}
