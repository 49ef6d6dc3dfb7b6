"""What must hold after every fault, looked up behind the server's back: in its database and in its store."""

import hashlib
import json
from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import DateTime, text

from fieldapp.app import FieldApp
from fieldapp.blobs.models import Blob
from fieldapp.blobs.store import NotStored, current_store
from fieldapp.clock import now
from fieldapp.db import Base, db, own_id, transaction
from fieldapp.evidence.models import Evidence
from fieldapp.jobs import Job
from fieldapp.keys import verifies
from fieldapp.sync.models import Record
from fieldapp.visits.models import Visit
from tests.faults.phones import Phone

A_MONTH = timedelta(days=30)


class Lost(AssertionError):
    """An acknowledged thing is not there, or an unacknowledged one has left the phone."""


class Duplicated(AssertionError):
    """Something is there twice."""


class Truth:
    """`app` stands on the database and the store of the server, without being it."""

    def __init__(self, app: FieldApp, organisation_id: str) -> None:
        self._app, self._organisation_id = app, organisation_id

    def holds(self, phone: Phone) -> None:
        """Every acknowledged thing is there once, byte for byte; everything else is still on the phone."""
        said = phone.tell("state")
        photos = {one["id"]: one for one in said["captures"]}
        self._nothing_vanished(phone, photos)
        stored = self._acknowledged(said["receipts"])
        for one in photos.values():
            if one["id"] not in stored and not one["here"]:
                raise Lost(f"photo {one['id']} has no receipt and is no longer on the phone")
        for parcel in said["parcels"]:
            if parcel["receiptAt"] or parcel["record"] in ("accepted", "revision"):
                self._record_is_here_once(parcel["id"], parcel["sha256"])

    def holds_bytes(self, files: list[tuple[str, int]]) -> None:
        """These files, each a hash and a size, are stored."""
        with self._app.app_context(), transaction(write=False):
            for sha256, size in files:
                self._bytes_are_here(sha256, size)

    def is_complete(self, phone: Phone, visits: int) -> None:
        """All of it arrived: nothing waits, nothing is there twice."""
        self.holds(phone)
        said = phone.tell("state")
        waiting = [one["id"] for one in said["parcels"] if not one["receiptAt"]]
        if waiting or len(said["parcels"]) < visits:
            raise Lost(
                f"{waiting} of {len(said['parcels'])} have no receipt; {visits} were handed in"
            )
        with self._app.app_context(), transaction(write=False):
            for one in said["captures"]:
                if one["visit"] in {parcel["id"] for parcel in said["parcels"]}:
                    self._evidence_is_filed_once(one["id"], one["sha256"])
            self._no_visit_twice([one["id"] for one in said["parcels"]])

    def visits(self) -> set[str]:
        """Sent ids of all that were handed in."""
        with self._app.app_context(), transaction(write=False):
            return set(db.session.scalars(db.select(Record.sent_id)))

    def arrived_once(self, before: set[str], at_least: int, visits: int = 1) -> None:
        """So many visits came since, each once, with at least so many photos, each byte for byte in the store."""
        came = self.visits() - before
        if len(came) != visits:
            raise Lost(f"{len(came)} visits came, {visits} were handed in")
        with self._app.app_context(), transaction(write=False):
            self._no_visit_twice(list(came))
            subjects = [own_id(self._organisation_id, one) for one in came]
            filed = db.session.scalars(
                db.select(Evidence).where(Evidence.subject_id.in_(subjects))
            ).unique()
            photos = [(one.sent_id, one.sha256, one.size) for one in filed]
            for sent_id, sha256, size in photos:
                self._bytes_are_here(sha256, size)
                self._evidence_is_filed_once(sent_id, sha256)
        if len(photos) < at_least:
            raise Lost(f"{at_least} photos were said to be kept, {len(photos)} arrived")

    def make_haste(self) -> None:
        """Jobs that wait for their time or for a dead worker's lease run now: a test cannot wait ten minutes."""
        with self._app.app_context(), transaction():
            for job in db.session.scalars(db.select(Job).where(Job.finished_at.is_(None))):
                if job.kind != "abandon_uploads":
                    job.run_at, job.leased_until = min(job.run_at, now()), None

    def a_month_passes(self) -> None:
        """Every time in the database becomes a month older, which is what a month does to it."""
        with self._app.app_context(), db.engine.begin() as connection:
            for table in Base.metadata.sorted_tables:
                for column in table.columns:
                    if (
                        isinstance(column.type, DateTime)
                        or column.type.__class__.__name__ == "Moment"
                    ):
                        connection.execute(text(_older(table.name, column.name)))

    def tables(self) -> Counter[str]:
        """How many records, visits, photos and files there are."""
        with self._app.app_context(), transaction(write=False):
            counts = {row.__tablename__: row for row in (Record, Visit, Evidence, Blob)}
            return Counter(
                {
                    name: db.session.scalar(db.select(db.func.count()).select_from(row))
                    for name, row in counts.items()
                }
            )

    def _nothing_vanished(self, phone: Phone, photos: dict[str, Any]) -> None:
        for kept in phone.kept:
            if kept["id"] not in photos:
                raise Lost(f"photo {kept['id']} was said to be kept and is not on the phone")

    def _acknowledged(self, receipts: dict[str, Any]) -> set[str]:
        """Ids of the photos that receipts name as stored, each found byte for byte in the store."""
        named: set[str] = set()
        with self._app.app_context(), transaction(write=False):
            key = self._app.extensions["signing_key"]
            for visit_id, signed in receipts.items():
                if not verifies(key.public_key, signed["signature"], signed["body"].encode()):
                    raise Lost(f"the receipt of {visit_id} is not signed by the server")
                body = json.loads(signed["body"])
                for record in body["records"]:
                    self._record_is_here_once(visit_id, record["sha256"], inside=True)
                for part in body["evidence"]:
                    if part["stored_at"]:
                        self._bytes_are_here(part["sha256"], part["size"])
                        named.add(part["id"])
        return named

    def _bytes_are_here(self, sha256: str, size: int) -> None:
        blob = db.session.get(Blob, (self._organisation_id, sha256))
        if blob is None or blob.size != size:
            raise Lost(f"{sha256} is acknowledged and has no row")
        try:
            with current_store().as_file(blob.key) as file:
                found = hashlib.sha256(file.read_bytes()).hexdigest()
        except NotStored as missing:
            raise Lost(f"{sha256} is acknowledged and not in the store") from missing
        if found != sha256:
            raise Lost(f"{sha256} is acknowledged and the store holds {found}")

    def _record_is_here_once(self, visit_id: str, sha256: str, *, inside: bool = False) -> None:
        if not inside:
            with self._app.app_context(), transaction(write=False):
                return self._record_is_here_once(visit_id, sha256, inside=True)
        found = db.session.scalars(
            db.select(Record).where(
                Record.organisation_id == self._organisation_id, Record.sent_id == visit_id
            )
        ).all()
        same = [one for one in found if hashlib.sha256(one.body).hexdigest() == sha256]
        if not same:
            raise Lost(f"the record of {visit_id} was acknowledged and is not there")
        if len(same) > 1:
            raise Duplicated(f"the record of {visit_id} is there {len(same)} times")
        return None

    def _evidence_is_filed_once(self, sent_id: str, sha256: str) -> None:
        row = db.session.get(Evidence, own_id(self._organisation_id, sent_id))
        if row is None or row.sha256 != sha256:
            raise Lost(f"photo {sent_id} is stored and not filed")
        count = db.session.scalar(
            db.select(db.func.count()).select_from(Evidence).where(Evidence.sent_id == sent_id)
        )
        if count != 1:
            raise Duplicated(f"photo {sent_id} is filed {count} times")

    def _no_visit_twice(self, sent_ids: list[str]) -> None:
        for sent_id in sent_ids:
            for row in (Visit, Record):
                count = db.session.scalar(
                    db.select(db.func.count()).select_from(row).where(row.sent_id == sent_id)
                )
                if count != 1:
                    raise Duplicated(f"{row.__tablename__} of {sent_id}: {count}")


def _older(table: str, column: str) -> str:
    if db.engine.dialect.name == "sqlite":
        earlier = f"strftime('%Y-%m-%d %H:%M:%f', \"{column}\", '-{A_MONTH.days} days') || '000'"
    else:
        earlier = f"\"{column}\" - interval '{A_MONTH.days} days'"
    return f'UPDATE "{table}" SET "{column}" = {earlier} WHERE "{column}" IS NOT NULL'  # noqa: S608 - our own tables
