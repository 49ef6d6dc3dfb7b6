"""What this room tells the rooms above it, in the transaction in which it happens."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FactWithdrawn:
    """An authority took back what it had put on record."""

    fact_id: str
