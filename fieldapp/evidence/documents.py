"""What is kept and that we never open: a PDF, a picture too large to decode. Who judges it reads the original as it came."""

from collections.abc import Sequence

from fieldapp.accounts.models import Person
from fieldapp.db import db
from fieldapp.evidence.models import Evidence, Reading
from fieldapp.ledger.models import LedgerEntry

NOT_SHOWN = "not_shown"


def is_document(reading: Reading) -> bool:
    return (reading.state, reading.reason) == ("accepted", NOT_SHOWN)


def read_by(person: Person, shown: Sequence[Evidence]) -> set[str]:
    """The ids of those whose original was handed out to this person: the ledger says so."""
    handed_out = db.select(LedgerEntry.row_id).where(
        LedgerEntry.table_name == Evidence.__tablename__,
        LedgerEntry.row_id.in_([evidence.id for evidence in shown]),
        LedgerEntry.act == "read",
        LedgerEntry.purpose == "original",
        LedgerEntry.actor_id == person.id,
    )
    return set(db.session.scalars(handed_out))
