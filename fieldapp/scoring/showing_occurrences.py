"""An occurrence as people see it: its steps, its grounds, what may come next."""

from datetime import datetime
from typing import Any

from fieldapp.accounts.models import Organisation, Person
from fieldapp.clock import iso, now
from fieldapp.scoring.gathering import refs_of
from fieldapp.scoring.models import Occurrence, OccurrenceStep
from fieldapp.scoring.occurring import appeal_due_at
from fieldapp.scoring.published import only_by_decision, titles
from fieldapp.scoring.resolving import Resolved

Json = dict[str, Any]

RESOURCES = {
    "verified": "verification",
    "notified": "notice",
    "appealed": "appeal",
    "decided": "appeal-decision",
    "final": "finality",
    "dropped": "withdrawal",
}


def shown(row: Occurrence, viewer: Person, appeal_working_days: int) -> Json:
    """`counts` in the provisional view; `next`: the resources that this viewer's side may put now."""
    resolved = Resolved(refs_of(row))
    due = appeal_due_at(row, appeal_working_days)
    decision = only_by_decision(row.scheme, row.clause)
    refs = refs_of(row)
    stands = any(resolved.stands(ref, row.authority_id) for ref in refs)
    by_state = row.stand.counts(only_by_decision=decision, final_only=False)
    return {
        "id": row.id,
        "scheme": row.scheme,
        "insurer": named(row.insurer),
        "authority": named(row.authority),
        "period": row.period,
        "clause": row.clause,
        "clause_title": titles(row.scheme)["clauses"][row.clause],
        "count": row.count,
        "case_id": row.case_id,
        "state": row.state,
        "only_by_decision": decision,
        "counts": by_state and stands,
        "grounds": [resolved.shown(ref, row.authority_id) for ref in refs],
        "steps": [_step(step) for step in row.steps],
        "appeal_due_at": iso(due),
        "next": _next(row, viewer, due, stands=stands),
    }


def named(organisation: Organisation) -> Json:
    return {
        "id": organisation.id,
        "name": organisation.name,
        "short_name": organisation.short_name,
    }


def _step(step: OccurrenceStep) -> Json:
    return {
        "step": step.step,
        "outcome": step.outcome,
        "words": step.words,
        "at": iso(step.at),
        "by": {"name": step.by.name},
    }


def _next(row: Occurrence, viewer: Person, due: datetime | None, *, stands: bool) -> list[str]:
    """Up to the end of its time the insurer may appeal and the authority waits; after it the other way about.

    What nothing carries any more goes no further, and nobody verifies or hears the appeal of what they proposed.
    """
    own = viewer.organisation_id
    steps = [s for s in row.stand.next if own == (_owner(row, s))]
    if row.state == "notified" and due is not None:
        closed = "final" if now() <= due else "appealed"
        steps = [s for s in steps if s != closed]
    if own == row.authority_id and row.steps[0].by_id == viewer.id:
        steps = [s for s in steps if s not in ("verified", "decided")]
    if not stands:
        steps = [s for s in steps if s not in ("verified", "notified", "final")]
    return [RESOURCES[step] for step in steps]


def _owner(row: Occurrence, step: str) -> str:
    return row.insurer_id if step == "appealed" else row.authority_id
