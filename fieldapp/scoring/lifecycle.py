"""The life of an occurrence: which step may follow which, and when it counts. One table, nothing else decides."""

from dataclasses import dataclass

UPHELD, DISMISSED = "upheld", "dismissed"

NEXT: dict[str, tuple[str, ...]] = {
    "proposed": ("verified", "dropped"),
    "verified": ("notified", "dropped"),
    "notified": ("appealed", "final", "dropped"),
    "appealed": ("decided",),
    "decided": ("final", "dropped"),
    "final": (),
    "dropped": (),
}

SECRET = frozenset({"proposed", "dropped"})
"""States in which nothing is held against the insurer: they stand on no sheet."""


@dataclass(frozen=True)
class Stand:
    """Where an occurrence stands. `outcome` is that of its appeal, once decided."""

    state: str
    outcome: str | None = None

    @property
    def next(self) -> tuple[str, ...]:
        if self.state == "decided":
            return ("dropped",) if self.outcome == UPHELD else ("final", "dropped")
        return NEXT[self.state]

    def counts(self, *, only_by_decision: bool, final_only: bool) -> bool:
        """In the provisional view a verified one counts already; an appeal suspends it until decided.

        What arises only by a written decision (zero item, fraud, veto) counts when final, in every view.
        """
        if only_by_decision or final_only:
            return self.state == "final"
        dismissed = self.state == "decided" and self.outcome == DISMISSED
        return self.state in ("verified", "notified", "final") or dismissed
