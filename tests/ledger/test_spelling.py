"""A row has one spelling, whoever wrote it and however: what an entry commits to must never depend on that."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.clock import now
from fieldapp.db import db, new_id, transaction
from fieldapp.keys import canonical, canonical_row
from fieldapp.ledger.models import LedgerEntry
from fieldapp.ledger.recording import insert_rows, row_digest
from fieldapp.visits.models import Answer, Shortfall
from tests.fixtures.fieldwork import visit_row

SAID = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | SAID,
    lambda inner: st.lists(inner) | st.dictionaries(SAID, inner),
)


@given(VALUES)
def test_the_quick_spelling_is_the_canonical_one(value):
    assert canonical_row(value) == canonical(value)


def test_names_beyond_the_basic_plane_are_sorted_as_the_standard_says():
    value = {"\uff0c": 1, "\U00020000": 2}

    assert canonical_row(value) == canonical(value)


@pytest.fixture
def visit(town, give_task):
    task = give_task("zhou")
    with transaction():
        row = visit_row(town, task)
        db.session.add(row)
    return row


def shortfall(visit_id, position):
    return {
        "visit_id": visit_id,
        "position": position,
        "question": None,
        "code": "answer_missing",
        "detail": "没有回答",
    }


def test_rows_added_many_at_once_have_the_entries_that_each_would_have(visit):
    with transaction():
        insert_rows({Shortfall: [shortfall(visit.id, n) for n in range(3)]})

    entries = db.session.scalars(
        db.select(LedgerEntry).where(LedgerEntry.table_name == "shortfall")
    ).all()
    assert {(entry.act, entry.row_id) for entry in entries} == {
        ("insert", f"{visit.id}/{n}") for n in range(3)
    }
    for entry in entries:
        row = db.session.get_one(Shortfall, entry.row_id.split("/"))
        assert row_digest(row, entry.salt) == entry.digest


def test_a_row_that_leaves_a_column_to_chance_is_not_added(visit):
    """The database would fill it in, and the entry would not tell of it."""
    with pytest.raises(KeyError, match="must name each"), transaction():
        insert_rows({Answer: [{"visit_id": visit.id, "question": new_id(), "answered_at": now()}]})

    assert db.session.scalars(db.select(Answer)).all() == []


def test_many_rows_are_kept_as_each_would_be(visit):
    """One statement for all of them spells each value itself; the database must understand the same by it."""
    said = {
        "visit_id": visit.id,
        "position": 0,
        "item_id": "fire.fire_lane",
        "unit_id": None,
        "value": "pass",
        "answered_at": now(),
        "by_group": False,
        "drawn": True,
        "reason": None,
        "words": "塔机“3#”\n\t\\ \U00020bb7 'x'; --",
        "readings": [{"limit": 0, "value": 12.5, "row": None, "person_says": "约 12.5"}],
        "finding_sent_id": None,
        "valid_until": date(2026, 12, 1),
        "carried_from_id": None,
        "inspected_at": None,
    }
    questions = ["fire.fire_lane@site", "fire.other@site"]
    with transaction():
        insert_rows({Answer: [{**said, "question": question} for question in questions]})

    for question in questions:
        row = db.session.get_one(Answer, (visit.id, question), populate_existing=True)
        assert {name: getattr(row, name) for name in said} == said
