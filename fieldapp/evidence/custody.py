"""Who had what in hand: the ledger's entries of one row, for those who may see that row."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import tuple_

from fieldapp.accounts.models import Organisation, Person
from fieldapp.accounts.permissions import Act
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.evidence import judging
from fieldapp.evidence.access import AUTHORITIES, evidence_for
from fieldapp.evidence.models import Evidence, Flag, Verdict
from fieldapp.ledger.models import LedgerEntry

LOOKS = ("read", "export")
MOST = 500

Row = tuple[str, str]  # table, row id
Guard = Callable[[Person, str], object]

_guards: dict[str, Guard] = {}


def guard(table: str, finder: Guard) -> None:
    """Let the entries of this table be read by whoever `finder` finds the row for; it raises NotFound for others."""
    _guards[table] = finder


def entries_for(person: Person, table: str, row_id: str) -> list[dict[str, Any]]:
    """The entries of one row, the oldest first. Raises NotFound unless the person may see the row."""
    if table not in _guards:
        raise NotFound
    _guards[table](person, row_id)
    return _told([(table, row_id)], person)


def custody_of(evidence: Evidence, person: Person) -> list[dict[str, Any]]:
    """What happened to the evidence, its bytes, their reading and the verdicts that the person may know of."""
    of_bytes = f"{evidence.organisation_id}/{evidence.sha256}"
    verdicts = [("verdict", verdict.id) for verdict in judging.shown_to(person, evidence)]
    return _told(
        [
            ("evidence", evidence.id),
            ("redaction", evidence.id),
            ("blob", of_bytes),
            ("reading", of_bytes),
            *verdicts,
        ],
        person,
    )


def find_verdict(person: Person, verdict_id: str) -> Verdict:
    verdict = db.session.get(Verdict, verdict_id)
    if verdict is None:
        raise NotFound
    evidence = evidence_for(person, verdict.evidence_id, Act.LEDGER_READ)
    if verdict not in judging.shown_to(person, evidence):
        raise NotFound
    return verdict


def find_flag(person: Person, flag_id: str) -> Flag:
    flag = db.session.get(Flag, flag_id)
    if flag is None:
        raise NotFound
    evidence_for(person, flag.evidence_id, Act.LEDGER_READ)
    return flag


def find_evidence(person: Person, evidence_id: str) -> Evidence:
    return evidence_for(person, evidence_id, Act.LEDGER_READ)


def _told(rows: Sequence[Row], person: Person) -> list[dict[str, Any]]:
    wanted = (
        db.select(LedgerEntry)
        .where(tuple_(LedgerEntry.table_name, LedgerEntry.row_id).in_(rows))
        .order_by(LedgerEntry.at, LedgerEntry.id)
        .limit(MOST)
    )
    entries = [entry for entry in db.session.scalars(wanted) if may_know(person, entry)]
    people = _people(entries)
    return [_entry(entry, people) for entry in entries]


def may_know(person: Person, entry: LedgerEntry) -> bool:
    """That an authority looked at a photo tells the insurer what it may soon decide."""
    if entry.act not in LOOKS or person.kind in AUTHORITIES:
        return True
    return entry.organisation_id == person.organisation_id


def _entry(entry: LedgerEntry, people: dict[str, tuple[str, str]]) -> dict[str, Any]:
    name, organisation = people.get(entry.actor_id or "", (None, None))
    return {
        "id": entry.id,
        "at": entry.at,
        "actor": {"kind": entry.actor_kind, "name": name, "organisation": organisation},
        "act": entry.act,
        "table": entry.table_name,
        "row_id": entry.row_id,
        "digest": entry.digest,
        "purpose": entry.purpose,
    }


def _people(entries: Sequence[LedgerEntry]) -> dict[str, tuple[str, str]]:
    ids = {entry.actor_id for entry in entries if entry.actor_kind == "person"}
    named = db.select(Person.id, Person.name, Organisation.name).join(
        Organisation, Organisation.id == Person.organisation_id
    )
    rows = db.session.execute(named.where(Person.id.in_(ids)))
    return {person_id: (name, organisation) for person_id, name, organisation in rows}


guard("evidence", find_evidence)
guard("verdict", find_verdict)
guard("flag", find_flag)
