"""What this room tells the rooms below it, in the transaction in which it happens."""

from dataclasses import dataclass


@dataclass(frozen=True)
class VerdictGiven:
    """A party judged one evidence. `outcome`: accepted | rejected; `follow_up`: re_shoot | explain | none | None."""

    verdict_id: str
    evidence_id: str
    outcome: str
    follow_up: str | None
