"""What the fuzzer starts from: small files of each kind, each right, so that a changed one comes far."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from fieldapp.checklists.language.checking import Type
from fieldapp.checklists.language.values import Value
from fieldapp.clock import iso, now
from fieldapp.config import new_signing_key
from fieldapp.envelopes import format as envelopes
from fieldapp.evidence import likeness, reader, sandbox
from fieldapp.keys import SigningKey, canonical, to_text
from fieldapp.ledger.checkpoints import Statement, fingerprint
from fieldapp.ledger.restorations import Break, Root
from fieldapp.ledger.witness import Memory
from fieldapp.projects import workbook
from tests.archive.forged import TO_STAMP
from tests.archive.forging import Forge, certified
from tests.checklists.tables import table
from tests.evidence.photos import jpeg, png_claiming, saved, scene
from tests.evidence.recordings import clip, sound
from tests.fixtures.score_facts import injury, occurrence

FORMATS = Path(__file__).parents[1] / "formats"
CONTENT = b"what was sealed"
BETWEEN = b"\n\0\n"
BUNDLED = ("bundle.json", "proof.json", "manifest.jsonl", "entries.jsonl", "rows.jsonl")
SPITEFUL = (
    b"",
    b"[" * 5000,
    b'{"body":' * 2000,
    b"9" * 5000,
    b"1e999999999",
    b'{"size":NaN,"body":"\\ud800\\u0000"}',
    b"\xff\xfe\x00",
)
LATER = "2199-12-31T00:00:00.000Z"
NAMES = {
    "when": Type("time"),
    "n": Type("number"),
    "kind": Type("text", frozenset({"fall", "fire"})),
    "yes": Type("boolean"),
}
ANSWERS: dict[str, Value] = {"when": now(), "kind": "fall", "yes": True}


@cache
def server() -> SigningKey:
    return SigningKey(new_signing_key())


@cache
def opener() -> envelopes.Opener:
    return envelopes.Opener(new_signing_key())


@cache
def checkpoint() -> Statement:
    return Statement("fieldapp", 0, 7, "ab" * 32, iso(now()) or "", True, server().id)


@cache
def remembered() -> Memory:
    """A witness that has seen one checkpoint."""
    body = checkpoint().signed_text()
    keys = {server().id: server().public_key}
    return Memory(body.decode(), server().sign(body), keys)


@cache
def stamped() -> tuple[bytes, str]:
    """(a token that holds, the fingerprint that proves it)"""
    root = certified("root", ca=True, signs="key_cert_sign")
    signer = certified("时间戳", root, purposes=TO_STAMP)
    return Forge(signer, (signer, root)).token(), root.fingerprint


def of(target: str) -> list[bytes]:
    return [*_SEEDS[target](), *SPITEFUL]


def _photos() -> Iterator[bytes]:
    small = scene((64, 48))
    yield jpeg(small, main={271: "Huawei", 306: "2026:11:20 09:30:00"}, gps={1: "N", 2: (30.0, 15.0, 2.5), 3: "E", 4: (120.0, 9.0, 3.0)})  # fmt: skip
    yield saved(small, "JPEG", progressive=True)
    yield saved(small, "PNG")
    yield saved(small, "WEBP")
    yield png_claiming(9, 9)
    yield b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"


def _recordings() -> Iterator[bytes]:
    yield clip(seconds=0.3, size=(64, 48))
    yield clip("mov", seconds=0.2, size=(64, 48), tags={"com.apple.quicktime.location.ISO6709": "+30.2507+120.1508/"})  # fmt: skip
    yield clip("webm", "libvpx", seconds=0.2, size=(64, 48))
    yield sound("ogg", "libopus", seconds=0.1)


def _files() -> Iterator[bytes]:
    yield from _photos()
    yield from _recordings()


def _words() -> Iterator[bytes]:
    yield b"2026-11-20T09:30:00.000+0800"
    yield b"2026:11:20 09:30:00"
    yield b"+30.2507+120.1508+012.345/"


def _features() -> Iterator[bytes]:
    yield likeness.features(scene((400, 300)).convert("L"))


def _envelopes() -> Iterator[bytes]:
    yield envelopes.seal(CONTENT, opener().public_key)


def _left() -> Iterator[bytes]:
    said = json.dumps(reader.blank() | {"media_type": "image/jpeg", "lengths": []}).encode()
    yield len(said).to_bytes(sandbox.LENGTH, "big") + said
    picture = saved(scene((32, 32)), "JPEG")
    shown = {"longest_side": reader.SMALL, "width": 32, "height": 32}
    said = json.dumps(reader.blank() | {"renditions": [shown], "lengths": [len(picture)]}).encode()
    yield len(said).to_bytes(sandbox.LENGTH, "big") + said + picture


def _records() -> Iterator[bytes]:
    for file in sorted((*FORMATS.glob("recorded/*.record"), *FORMATS.glob("packages/*.json"))):
        yield file.read_bytes()


def _seals() -> Iterator[bytes]:
    for body in _records():
        said = json.loads(body)
        for part in (*said.get("evidence", ()), *said.get("chain", ())):
            if part.get("seal"):
                yield part["seal"].encode()


def _expressions() -> Iterator[bytes]:
    for case in table("form_language")["gives"]:
        yield case["source"].encode()


def _statements() -> Iterator[bytes]:
    yield checkpoint().signed_text()
    root = Root(3, "cd" * 32, LATER)
    yield Break("b-1", "fieldapp", LATER, "备份恢复", root, root, server().id).signed_text()


def _answers() -> Iterator[bytes]:
    known = remembered()
    key = {"id": server().id, "use": "checkpoint", "public_key": server().public_key}
    said = {"body": known.body, "signature": known.signature, "key_id": server().id, "stamps": []}
    yield canonical(said | {"keys": [key | {"previous_id": None, "endorsement": None}], "proof": []})  # fmt: skip
    other = SigningKey(new_signing_key())
    body = Statement(**(vars(checkpoint()) | {"size": 9, "key_id": other.id})).signed_text()
    yield canonical({"body": body.decode(), "signature": other.sign(body), "keys": [], "proof": ["00" * 32]})  # fmt: skip


def _stamps() -> Iterator[bytes]:
    yield stamped()[0]


def _bundles() -> Iterator[bytes]:
    key = {"id": server().id, "public_key": server().public_key, "previous_id": None}
    body = checkpoint().signed_text()
    signed = {"body": body.decode(), "signature": server().sign(body)}
    about = {"format": 1, "keys": [key], "checkpoint": signed, "stamped": []}
    proof = {"row": {}, "entry": {}, "inclusion": [], "consistency": [], "checkpoint": signed}
    entry = {"leaf": 0, "salt": "ab" * 16, "proof": [], "entry": {"table": "evidence", "row_id": "e", "act": "insert"}}  # fmt: skip
    row = {"table": "evidence", "row_id": "e", "row": {"sha256": "00" * 32}}
    file = {"name": "bundle.json", "sha256": "00" * 32, "size": 1}
    yield BETWEEN.join(canonical(part) for part in (about, proof, file, entry, row))
    yield fingerprint(server().public_key).encode()


def _cursors() -> Iterator[bytes]:
    yield from (to_text(data).encode() for data in SPITEFUL)
    yield to_text(b'[{"v":"a"},"b"]').encode()
    yield to_text(b'[{"t":"2026-11-20T09:30:00.000Z"},"b"]').encode()


def _facts() -> Iterator[bytes]:
    yield json.dumps(injury(occurrence("A-1"))).encode()


def _workbooks() -> Iterator[bytes]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "projects.xlsx"
        workbook.write_template(file)
        yield file.read_bytes()


_SEEDS: dict[str, Callable[[], Iterator[bytes]]] = {
    "kinds": _files,
    "outlines": _files,
    "words_of_tags": _words,
    "photos": _photos,
    "recordings": _recordings,
    "features": _features,
    "left_by_a_reader": _left,
    "envelope": _envelopes,
    "record": _records,
    "seal": _seals,
    "expression": _expressions,
    "statement": _statements,
    "witnessed": _answers,
    "stamp": _stamps,
    "archive": _workbooks,
    "bundle": _bundles,
    "cursor": _cursors,
    "score_facts": _facts,
    "filled_workbook": _workbooks,
    "planted": _cursors,
}
