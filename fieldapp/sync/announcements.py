"""What this room tells the rooms below it, in the transaction in which it happens."""

from dataclasses import dataclass

from fieldapp.sync.models import Record


@dataclass(frozen=True)
class RecordKept:
    """A record of other bytes than any before was kept and judged, whatever came of it."""

    record: Record
