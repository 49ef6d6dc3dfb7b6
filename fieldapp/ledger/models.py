from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from fieldapp.clock import now
from fieldapp.db import Base, PrimaryId, Sha256

_UNSEALED = text("leaf is null")


class LedgerEntry(Base):
    """That somebody changed one row, and what it was like afterwards. Added only, never changed.

    `digest` = SHA-256 over salt ‖ canonical JSON of the row: a salted commitment, so an entry tells no personal data.
    Entries carry no order when written; the sequencer alone gives each its place in the log, once (`leaf`).
    `signed_act_id` names the act that a person signed in the browser and that made this change.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        Index("ix_ledger_entry_row", "table_name", "row_id"),
        Index("ix_ledger_entry_unsealed", "at", postgresql_where=_UNSEALED, sqlite_where=_UNSEALED),
    )
    ledger_exempt = "the ledger itself"

    id: Mapped[PrimaryId]
    at: Mapped[datetime] = mapped_column(default=now)
    actor_kind: Mapped[str] = mapped_column(String(10))  # person | system | nobody
    actor_id: Mapped[str | None] = mapped_column(String(60))
    organisation_id: Mapped[str | None] = mapped_column(String(36))
    act: Mapped[str] = mapped_column(String(10))  # insert | update | delete | read | export
    table_name: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[str] = mapped_column(String(200))
    digest: Mapped[Sha256]
    salt: Mapped[str] = mapped_column(String(32))  # empty once what it hid was erased
    purpose: Mapped[str | None] = mapped_column(
        String(200)
    )  # of a read or an export; a code, not free text
    signed_act_id: Mapped[str | None] = mapped_column(String(36))
    leaf: Mapped[int | None] = mapped_column(BigInteger, unique=True)


class LedgerTile(Base):
    """Up to 256 hashes of the Merkle log, side by side (tiles.py)."""

    __tablename__ = "ledger_tile"
    ledger_exempt = "hashes over the ledger's own entries, signed by the checkpoint above them"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hashes: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerKey(Base):
    """A key that signs checkpoints, its public half. A later key is endorsed by the one before it."""

    __tablename__ = "ledger_key"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    public_key: Mapped[str] = mapped_column(String(200))
    since: Mapped[datetime] = mapped_column(default=now)
    previous_id: Mapped[str | None] = mapped_column(ForeignKey("ledger_key.id"))
    endorsement: Mapped[str | None] = mapped_column(String(120))  # by the previous key


class Checkpoint(Base):
    """The log's root at one size, signed. `body` is the canonical JSON exactly as signed."""

    __tablename__ = "checkpoint"
    ledger_exempt = "signs the ledger; an entry about it would need the next one"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)
    key_id: Mapped[str] = mapped_column(ForeignKey("ledger_key.id"))
    signature: Mapped[str] = mapped_column(String(120))


class SequencerLease(Base):
    """Which sequencer may seal, until when. One row."""

    __tablename__ = "sequencer_lease"
    ledger_exempt = "says which process seals at the moment; what it seals is signed"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holder: Mapped[str] = mapped_column(String(60))
    until: Mapped[datetime]
    wanted_at: Mapped[datetime | None]  # somebody asked for a checkpoint at once


class Timestamp(Base):
    """An RFC 3161 token over a checkpoint's body: by a third party's clock it existed then."""

    __tablename__ = "checkpoint_timestamp"
    ledger_exempt = "signed by the third party that made it, over a checkpoint"

    id: Mapped[PrimaryId]
    size: Mapped[int] = mapped_column(ForeignKey("checkpoint.size"), index=True)
    at: Mapped[datetime]  # the time that the token says
    token: Mapped[bytes] = mapped_column(LargeBinary)  # the TimeStampResp in DER, as it came
    url: Mapped[str] = mapped_column(String(300))


class Restoration(Base):
    """That an older database was put back: a break in the log, declared and signed by the sequencer's key.

    `body` is the canonical JSON exactly as signed, public; `words` are for people of the house.
    """

    __tablename__ = "restoration"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)
    key_id: Mapped[str] = mapped_column(String(16))
    signature: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(String(500))
