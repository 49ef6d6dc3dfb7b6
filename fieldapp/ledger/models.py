from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldapp.clock import now
from fieldapp.db import Base, PrimaryId, Sha256


class LedgerEntry(Base):
    """That somebody changed one row, and what it was like afterwards. Added only, never changed.

    `digest` = SHA-256 over salt ‖ canonical JSON of the row: a salted commitment, so an entry tells no personal data.
    Entries carry no order or chain of their own: a sealed sequence over them is a matter apart.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (Index("ix_ledger_entry_row", "table_name", "row_id"),)
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
    salt: Mapped[str] = mapped_column(String(32))
    purpose: Mapped[str | None] = mapped_column(
        String(200)
    )  # of a read or an export; a code, not free text
