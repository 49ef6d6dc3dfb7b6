"""The rows and ledger entries behind some evidence, as lines of a bundle."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, tuple_
from sqlalchemy.orm import selectinload

from fieldapp.accounts.models import Device, Person, SignedAct
from fieldapp.accounts.permissions import Act
from fieldapp.blobs.erasing_models import BlobErasure
from fieldapp.blobs.models import Blob
from fieldapp.db import Base, db
from fieldapp.evidence import judging
from fieldapp.evidence.annotation_models import Annotation
from fieldapp.evidence.custody import may_know
from fieldapp.evidence.models import Evidence, Verdict
from fieldapp.evidence.redaction_models import Redaction
from fieldapp.ledger.committing import entry_as_json, leaf_salt
from fieldapp.ledger.merkle import inclusion_proof
from fieldapp.ledger.models import LedgerEntry
from fieldapp.ledger.recording import row_as_json, row_id
from fieldapp.ledger.tiles import Tiles
from fieldapp.sync.models import Record
from fieldapp.sync.sealers import phone_of, phones_named
from fieldapp.visits import access as visits_access
from fieldapp.visits.models import Visit

Json = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """`redacted` leaves out free words and what is personal; `size` is the checkpoint that the proofs lead to.

    `viewer`: only what this person may know; None, for the operator at the machine itself, is everything.
    """

    redacted: bool
    size: int
    viewer: Person | None = None


@dataclass(frozen=True)
class Gathered:
    entries: list[Json]
    rows: list[Json]
    originals: list[Blob]
    annotations: list[Blob]
    records: list[Record]


def gather(evidence_ids: list[str], wanted: Wanted, told: set[tuple[str, str]]) -> Gathered:
    """Of a page of evidence; what was `told` before is not told again. Needs a transaction."""
    photos = list(_photos(evidence_ids))
    drawn = list(_all(Annotation, Annotation.evidence_id.in_(evidence_ids)))
    blobs = list(_blobs([*photos, *drawn]))
    records = list(_records(photos, wanted.viewer))
    verdicts = [verdict for photo in photos for verdict in _verdicts(photo, wanted.viewer)]
    erased = list(_erased(blobs))
    rows: list[Base] = [*photos, *drawn, *blobs, *records, *verdicts, *erased]
    redactions = list(_all(Redaction, Redaction.evidence_id.in_(evidence_ids)))
    rows += redactions
    rows += _acts(rows)
    devices = {getattr(row, "device_id", None) for row in rows} - {None}
    rows += _all(Device, Device.id.in_(devices | _drawn_on(drawn)))
    new = [row for row in rows if (row.__tablename__, row_id(row)) not in told]
    told |= {(row.__tablename__, row_id(row)) for row in new}
    entries, tiles = _entries(new, wanted), Tiles()
    moved = _changed_since(new, wanted.size)
    secret = {photo.sha256 for photo in photos if photo.personal and wanted.redacted}
    gone = {erasure.sha256 for erasure in erased}
    redacted = {redaction.evidence_id for redaction in redactions}
    # Bytes that another evidence still names stay in the store, and are not this one's to show.
    shown = {photo.sha256 for photo in photos if photo.id not in redacted} - secret - gone
    originals = [blob for blob in blobs if blob.sha256 in shown]
    return Gathered(
        entries=[_entry_line(entry, wanted.size, tiles) for entry in entries],
        rows=[_row_line(row, entries, wanted, moved) for row in new],
        originals=originals,
        annotations=[] if wanted.redacted else _beside(originals, drawn, blobs),
        records=[] if wanted.redacted else [r for r in records if r in new],
    )


def _beside(originals: list[Blob], drawn: list[Annotation], blobs: list[Blob]) -> list[Blob]:
    """What was drawn on copies of these: words among it, so a redacted bundle has none."""
    packed = {blob.sha256 for blob in originals}
    wanted = {one.sha256 for one in drawn if one.evidence.sha256 in packed}
    return [blob for blob in blobs if blob.sha256 in wanted]


def _drawn_on(drawn: list[Annotation]) -> set[str]:
    """Ids of the phones that sealed them."""
    found: set[str] = set()
    for organisation_id in {one.organisation_id for one in drawn}:
        own = [one for one in drawn if one.organisation_id == organisation_id]
        named = {name for one in own if (name := phone_of(one.seal))}
        found |= {phone.id for phone in phones_named(organisation_id, named).values()}
    return found


def _entry_line(entry: LedgerEntry, size: int, tiles: Tiles) -> Json:
    assert entry.leaf is not None, "only sealed entries are gathered"
    return {
        "entry": entry_as_json(entry),
        "leaf": entry.leaf,
        "leaf_salt": leaf_salt(entry).hex(),
        "proof": [step.hex() for step in inclusion_proof(entry.leaf, size, tiles.node)],
    }


def _row_line(
    row: Base, entries: Iterable[LedgerEntry], wanted: Wanted, moved: set[tuple[str, str]]
) -> Json:
    table, name = row.__tablename__, row_id(row)
    own = [e for e in entries if (e.table_name, e.row_id) == (table, name)]
    made = [e for e in own if e.act in ("insert", "update")]
    line = {"table": table, "row_id": name}
    if not made or (table, name) in moved:
        return line | {"withheld": "unsealed"}
    if wanted.redacted and _is_private(row):
        return line | {"withheld": "redacted"}
    last = max(made, key=lambda e: e.leaf or 0)
    return line | {"row": row_as_json(row), "salt": last.salt}


def _is_private(row: Base) -> bool:
    """Whether it holds words that somebody wrote, or is about somebody's injury."""
    if isinstance(row, Evidence):
        return row.personal
    if isinstance(row, Annotation):
        return row.evidence.personal
    if isinstance(row, SignedAct):
        return '"words":"' in row.body
    return bool(getattr(row, "words", None))


def _entries(rows: list[Base], wanted: Wanted) -> list[LedgerEntry]:
    names = [(row.__tablename__, row_id(row)) for row in rows]
    found = db.select(LedgerEntry).where(
        tuple_(LedgerEntry.table_name, LedgerEntry.row_id).in_(names),
        LedgerEntry.leaf < wanted.size,
    )
    entries = db.session.scalars(found.order_by(LedgerEntry.leaf))
    return [e for e in entries if wanted.viewer is None or may_know(wanted.viewer, e)]


def _changed_since(rows: list[Base], size: int) -> set[tuple[str, str]]:
    """Rows that a change after the checkpoint made another: what is there now is not yet in the signed log."""
    names = [(row.__tablename__, row_id(row)) for row in rows]
    later = db.select(LedgerEntry.table_name, LedgerEntry.row_id).where(
        tuple_(LedgerEntry.table_name, LedgerEntry.row_id).in_(names),
        or_(LedgerEntry.leaf.is_(None), LedgerEntry.leaf >= size),
        LedgerEntry.act.in_(("insert", "update")),
    )
    return {(table, name) for table, name in db.session.execute(later)}


def _blobs(photos: Iterable[Evidence | Annotation]) -> Iterator[Blob]:
    keys = {(photo.organisation_id, photo.sha256) for photo in photos}
    yield from _all(Blob, tuple_(Blob.organisation_id, Blob.sha256).in_(keys))


def _photos(evidence_ids: list[str]) -> Iterator[Evidence]:
    """With what is asked of each."""
    whole = (selectinload(Evidence.verdicts), selectinload(Evidence.blind_draw))
    wanted = db.select(Evidence).where(Evidence.id.in_(evidence_ids)).options(*whole)
    yield from db.session.scalars(wanted.order_by(Evidence.id)).unique()


def _verdicts(photo: Evidence, viewer: Person | None) -> list[Verdict]:
    return list(photo.verdicts) if viewer is None else judging.shown_to(viewer, photo)


def _erased(blobs: list[Blob]) -> Iterator[BlobErasure]:
    keys = [(blob.organisation_id, blob.sha256) for blob in blobs]
    place = tuple_(BlobErasure.organisation_id, BlobErasure.sha256)
    yield from _all(BlobErasure, place.in_(keys))


def _records(photos: list[Evidence], viewer: Person | None) -> Iterator[Record]:
    visits = {photo.subject_id for photo in photos if photo.subject_kind == "visit"}
    sent = db.select(Visit.organisation_id, Visit.sent_id).where(Visit.id.in_(visits))
    if viewer is not None:
        sent = sent.where(visits_access.may_see(viewer, Act.BUNDLE_ORDER_FULL))
    keys = [tuple(row) for row in db.session.execute(sent)]
    yield from _all(Record, tuple_(Record.organisation_id, Record.sent_id).in_(keys))


def _acts(rows: list[Base]) -> Iterator[SignedAct]:
    names = [row_id(row) for row in rows if isinstance(row, Verdict)]
    named = db.select(LedgerEntry.signed_act_id).where(
        LedgerEntry.table_name == Verdict.__tablename__,
        LedgerEntry.row_id.in_(names),
        LedgerEntry.signed_act_id.is_not(None),
    )
    yield from _all(SignedAct, SignedAct.id.in_(list(db.session.scalars(named))))


def _all(kind: Any, *where: Any) -> Iterator[Any]:
    yield from db.session.scalars(db.select(kind).where(*where)).unique()
