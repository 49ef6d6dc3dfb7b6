"""Whether every decision of an authority is the one that its officer signed. Whoever writes rows has no officer's key."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fieldapp.accounts.models import Organisation, Person, SignedAct
from fieldapp.db import Base, db
from fieldapp.evidence.access import AUTHORITIES
from fieldapp.evidence.models import Verdict
from fieldapp.evidence.redaction_models import Redaction
from fieldapp.keys import verifies
from fieldapp.ledger.auditing import Fault, Progress
from fieldapp.ledger.checkpoints import fingerprint
from fieldapp.ledger.models import LedgerEntry
from fieldapp.ledger.recording import row_id
from fieldapp.oversight.models import FactWithdrawal, RecordedFact
from fieldapp.scoring.models import FormGrade, FormSubmission, OccurrenceStep

PAGE = 500
STEPS = {
    "verification": "verified",
    "notice": "notified",
    "appeal-decision": "decided",
    "finality": "final",
    "withdrawal": "dropped",
}


@dataclass(frozen=True)
class Deed:
    """Rows of one table that decide: who decided (a column), the address that was asked for and the words kept of it.

    `path` names columns of the row by its groups; `same` are columns that say what the body said.
    """

    row: type[Base]
    by: str
    path: str
    same: tuple[str, ...]


DEEDS = (
    Deed(Verdict, "by_id", r"/api/evidence/(?P<evidence_id>[^/]+)/verdicts", ("outcome",)),
    Deed(
        Redaction, "by_id", r"/api/evidence/(?P<evidence_id>[^/]+)/redaction", ("reason", "words")
    ),
    Deed(
        OccurrenceStep,
        "by_id",
        r"/api/occurrences(?:/(?P<occurrence_id>[^/]+)/(?P<step>[a-z-]+))?",
        ("words", "outcome"),
    ),
    Deed(
        RecordedFact,
        "recorded_by_id",
        r"/api/(?:authority-findings/(?P<source_id>[^/]+)/recorded-fact|absences)",
        (),
    ),
    Deed(
        FactWithdrawal,
        "by_id",
        r"/api/recorded-facts/(?P<fact_id>[^/]+)/withdrawal",
        ("words",),
    ),
    Deed(
        FormGrade,
        "graded_by_id",
        r"/api/opinion-forms/(?P<form_id>[^/]+)/grades/(?P<item>[^/]+)",
        ("grade", "words"),
    ),
    Deed(
        FormSubmission,
        "submitted_by_id",
        r"/api/opinion-forms/(?P<form_id>[^/]+)/submission",
        (),
    ),
)


class ActsAudit:
    """`keys`: fingerprints of the officers' keys where the authority gave a list; None takes those on record."""

    def __init__(self, progress: Progress, keys: frozenset[str] | None = None) -> None:
        self.count = 0
        self._progress, self._keys = progress, keys

    def faults(self) -> Iterator[Fault]:
        """Needs a transaction."""
        for deed in DEEDS:
            used: set[str] = set()
            for rows in _pages(deed):
                yield from self._page(deed, rows, used)
                self._progress(f"acts of {deed.row.__tablename__}", self.count)
                db.session.expunge_all()

    def _page(self, deed: Deed, rows: Sequence[Base], used: set[str]) -> Iterator[Fault]:
        table = deed.row.__tablename__
        named = {row_id(row): row for row in rows}
        entries = db.session.scalars(
            db.select(LedgerEntry).where(
                LedgerEntry.table_name == table,
                LedgerEntry.row_id.in_(named),
                LedgerEntry.act == "insert",
            )
        )
        made_by = {entry.row_id: entry.signed_act_id for entry in entries}
        for name, row in named.items():
            self.count += 1
            act = db.session.get(SignedAct, made_by.get(name) or "")
            if act is None:
                yield Fault("act_missing", table, name, "no signed act of an officer made it")
                continue
            try:
                kind, words = self._wrong(deed, row, act)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                kind, words = "act_differs", f"act {act.id} cannot be read: {error}"
            if kind:
                yield Fault(kind, table, name, words)
            if act.id in used:
                yield Fault("act_used_twice", table, name, f"act {act.id} made another row as well")
            used.add(act.id)

    def _wrong(self, deed: Deed, row: Base, act: SignedAct) -> tuple[str, str]:
        key = act.device.public_key
        if not verifies(key, act.signature, act.body.encode()):
            return "act_bad_signature", f"act {act.id} is not signed by key {act.device_id}"
        if self._keys is not None and fingerprint(key) not in self._keys:
            return "act_unknown_key", f"act {act.id} is signed by {fingerprint(key)}, not listed"
        said = json.loads(act.body)
        by = getattr(row, deed.by)
        if (said["id"], said["person_id"], act.device.person_id) != (act.id, by, by):
            return "act_of_another", f"act {act.id} was signed by another person"
        found = re.fullmatch(deed.path, said["path"])
        if found is None or not _fits(deed, row, found, said["body"] or {}):
            return "act_differs", f"says something else than {said['path']} that was signed"
        return "", ""


def _fits(deed: Deed, row: Base, path: re.Match[str], body: dict[str, Any]) -> bool:
    named = {name: value for name, value in path.groupdict().items() if value is not None}
    # Words are signed as typed and kept without the blanks around them.
    body = {name: said.strip() if isinstance(said, str) else said for name, said in body.items()}
    if deed.row is OccurrenceStep:
        named["step"] = STEPS.get(named.get("step", ""), "proposed")
    if any(getattr(row, name) != value for name, value in named.items()):
        return False
    if any(getattr(row, name) != body.get(name) for name in deed.same):
        return False
    if isinstance(row, Verdict):
        rejected = row.outcome == "rejected"
        return row.words == body.get("words") and row.reason == (
            body["reason"] if rejected else None
        )
    if isinstance(row, RecordedFact):
        return not body.get("words") or row.words == body["words"]
    return True


def _pages(deed: Deed) -> Iterator[list[Base]]:
    """The rows that an authority's person made."""
    columns = list(deed.row.__mapper__.primary_key)
    kinds = [kind.value for kind in AUTHORITIES]
    ordered = (
        db.select(deed.row)
        .join(Person, Person.id == getattr(deed.row, deed.by))
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Organisation.kind.in_(kinds))
        .order_by(*columns)
        .limit(PAGE)
    )
    names = [deed.row.__mapper__.get_property_by_column(column).key for column in columns]
    page: list[Base] = list(db.session.scalars(ordered).unique())
    while page:
        last = tuple(getattr(page[-1], name) for name in names)
        yield page
        beyond = ordered.where(db.tuple_(*columns) > db.tuple_(*last))
        page = list(db.session.scalars(beyond).unique())
