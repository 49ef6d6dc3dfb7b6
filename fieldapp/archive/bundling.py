"""Making a bundle: originals, annotations, records, rows, entries, proofs, and what proves them without us. Resumable, in constant memory."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from fieldapp.accounts.models import Person
from fieldapp.archive import selecting
from fieldapp.archive.gathering import Gathered, Wanted, gather
from fieldapp.archive.models import Bundle
from fieldapp.archive.packing import Packer, chunks_of
from fieldapp.archive.stamps import Stamps
from fieldapp.blobs.store import current_store
from fieldapp.clock import iso, now
from fieldapp.db import db, transaction
from fieldapp.errors import Problem
from fieldapp.evidence.models import Evidence
from fieldapp.keys import sha256
from fieldapp.ledger import checkpoints, merkle, proving, sealing
from fieldapp.ledger.committing import entry_as_json
from fieldapp.ledger.models import LedgerEntry
from fieldapp.ledger.recording import record_export, row_as_json
from fieldapp.ledger.tiles import Tiles

Json = dict[str, Any]
Progress = Callable[[int], None]

PATIENCE_S = 90
LOOK_S = 0.5
SHIPPED = ("verify.py", "verify.html", "README.txt")


class NothingSelected(Problem):
    status = 404
    zh = "所选范围内没有证据。"
    en = "There is no evidence in this selection."


class SequencerAway(Problem):
    status = 503
    zh = "封存进程没有应答，证据包无法完成。请确认 fieldapp sequencer 正在运行，再继续导出。"
    en = "The sequencer does not answer, so the bundle cannot be finished. See that it runs, then go on."


@dataclass(frozen=True)
class Order:
    """`purpose` is needed for a full bundle: court | supervision | complaint | appeal | audit."""

    selection: str
    redacted: bool = True
    purpose: str | None = None
    asked_by_id: str | None = None


def order(asked: Order) -> str:
    """Put on record what is taken out of the house; the bundle's id. In the present transaction. Raises BadSelection."""
    selecting.condition(asked.selection)
    row = Bundle(**vars(asked))
    db.session.add(row)
    db.session.flush()
    return row.id


def make(bundle_id: str, file: Path, progress: Progress, viewer_id: str | None = None) -> None:
    """Write the bundle; again after a cut, it goes on. Opens its own transactions.

    `viewer_id`: only what this person may know. Raises NothingSelected, SequencerAway, and what `progress` raises.
    """
    with transaction(write=False):
        bundle = db.session.get_one(Bundle, bundle_id)
        selection, redacted = bundle.selection, bundle.redacted
    packer = Packer(file)
    try:
        # All proofs lead to one checkpoint, also those made after a cut.
        first = packer.note or packer.remember(_sealed_with(bundle_id))
        pages = _gathered(selection, Wanted(redacted, first["size"]), viewer_id)
        with transaction(write=False):
            stamps = Stamps(first["size"])
        _fill(packer, pages, stamps, progress)
        _describe(packer, bundle_id, first, stamps)
        _close(packer, bundle_id, first)
    except BaseException:
        packer.leave()
        raise
    packer.finish()


def _fill(
    packer: Packer,
    pages: Iterator[tuple[list[str], Gathered]],
    stamps: Stamps,
    progress: Progress,
) -> None:
    done = 0
    with TemporaryFile() as entries, TemporaryFile() as rows:
        for page, gathered in pages:
            _write_lines(entries, gathered.entries)
            _write_lines(rows, gathered.rows)
            stamps.note(line["leaf"] for line in gathered.entries)
            for blob in gathered.originals:
                _add_once(packer, f"originals/{blob.sha256}", _stored(blob.key))
            for blob in gathered.annotations:
                _add_once(packer, f"annotations/{blob.sha256}", _stored(blob.key))
            for record in gathered.records:
                _add_once(packer, f"records/{record.sha256}", [record.body])
            done += len(page)
            progress(done)
        if not done:
            raise NothingSelected
        for name, lines in (("entries.jsonl", entries), ("rows.jsonl", rows)):
            lines.seek(0)
            _add_once(packer, name, chunks_of(lines), packed=True)


def _gathered(
    selection: str, wanted: Wanted, viewer_id: str | None
) -> Iterator[tuple[list[str], Gathered]]:
    """A page at a time: handing out is an entry of each photo, then what the log has of it."""
    told, pages = set[tuple[str, str]](), None
    while True:
        with transaction():
            pages = pages or selecting.pages(selection, _person(viewer_id))
            page = next(pages, None)
            if page is None:
                return
            for photo in db.session.scalars(
                db.select(Evidence).where(Evidence.id.in_(page))
            ).unique():
                record_export(photo, "bundle")
        with transaction(write=False):
            gathered = gather(page, replace(wanted, viewer=_person(viewer_id)), told)
        yield page, gathered


def _person(person_id: str | None) -> Person | None:
    return db.session.get_one(Person, person_id) if person_id else None


def _describe(packer: Packer, bundle_id: str, first: Json, stamps: Stamps) -> None:
    with transaction(write=False):
        for name, data in stamps.files():
            _add_once(packer, name, [data])
        bundle = db.session.get_one(Bundle, bundle_id)
        about = {
            "kind": "fieldapp bundle",
            "format": 1,
            **{name: getattr(bundle, name) for name in ("id", "selection", "redacted", "purpose")},
            "asked_at": iso(bundle.asked_at),
            "checkpoint": first,
            "stamped": stamps.as_json(),
            "keys": checkpoints.keys_as_json(),
        }
    _add_once(packer, "bundle.json", [_text(about)])
    for name in SHIPPED:
        _add_once(packer, name, [(Path(__file__).parent / name).read_bytes()])


def _close(packer: Packer, bundle_id: str, first: Json) -> None:
    """Seal the hash of everything in it, so that nothing can be added, changed or taken out unnoticed."""
    members = [packer.members[name] for name in sorted(packer.members)]
    manifest = b"".join(
        _line(m.as_json()) for m in members if m.name not in ("manifest.jsonl", "proof.json")
    )
    with transaction():
        bundle = db.session.get_one(Bundle, bundle_id)
        bundle.manifest_sha256, bundle.made_at = sha256(manifest), now()
    last = _sealed_with(bundle_id)
    with transaction(write=False):
        proof = _proof(bundle_id, first, last)
    packer.add("manifest.jsonl", [manifest], packed=True)
    packer.add("proof.json", [_text(proof)])


def _proof(bundle_id: str, first: Json, last: Json) -> Json:
    row = db.session.get_one(Bundle, bundle_id)
    made = db.select(LedgerEntry).where(
        LedgerEntry.table_name == Bundle.__tablename__,
        LedgerEntry.row_id == bundle_id,
        LedgerEntry.act == "update",
    )
    entry = max(db.session.scalars(made), key=lambda e: e.leaf or 0)
    assert entry.leaf is not None, "the checkpoint was made after it"
    tiles = Tiles()
    return {
        "row": row_as_json(row),
        "salt": entry.salt,
        "entry": entry_as_json(entry),
        "leaf": entry.leaf,
        "checkpoint": last,
        "proof": _hex(merkle.inclusion_proof(entry.leaf, last["size"], tiles.node)),
        "consistency": _hex(merkle.consistency_proof(first["size"], last["size"], tiles.node)),
    }


def _sealed_with(bundle_id: str) -> Json:
    """A checkpoint over what was committed up to the bundle's last change. Raises SequencerAway."""
    own = (LedgerEntry.table_name == Bundle.__tablename__, LedgerEntry.row_id == bundle_id)
    waiting = db.select(LedgerEntry.id).where(*own, LedgerEntry.leaf.is_(None)).limit(1)
    until = time.monotonic() + PATIENCE_S
    while True:
        with transaction():
            last = checkpoints.latest()
            if last is not None and db.session.scalar(waiting) is None:
                return proving.checkpoint_json(last)
            sealing.want_sealed()
        if time.monotonic() > until:
            raise SequencerAway
        time.sleep(LOOK_S)


def _add_once(packer: Packer, name: str, chunks: Iterable[bytes], *, packed: bool = False) -> None:
    if name not in packer.members:
        packer.add(name, chunks, packed=packed)


def _stored(key: str) -> Iterator[bytes]:
    with current_store().open(key) as stream:
        yield from chunks_of(stream)


def _write_lines(file: IO[bytes], lines: list[Json]) -> None:
    for line in lines:
        file.write(_line(line))


def _line(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _text(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _hex(steps: list[bytes]) -> list[str]:
    return [step.hex() for step in steps]
