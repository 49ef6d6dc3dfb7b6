"""A list of an authority's findings asks the database as often for many as for one."""

from datetime import timedelta

from sqlalchemy import event

from fieldapp.clock import iso, now
from fieldapp.db import db
from tests.fixtures.scored import BOLTS


def _statements(caller) -> tuple[int, int]:
    """(findings, statements) of the list, asked from an empty session."""
    count: list[object] = []

    def asked(*_: object) -> None:
        count.append(None)

    db.session.remove()
    event.listen(db.engine, "before_cursor_execute", asked)
    try:
        items = caller.get("/api/authority-findings").json["items"]
    finally:
        event.remove(db.engine, "before_cursor_execute", asked)
    return len(items), len(count)


def test_many_findings_are_listed_with_as_many_statements_as_one(sign_in, town, past):
    officer, question = sign_in("liu"), f"{BOLTS}@{town.unit['tc2']}"
    project = {"project_id": town.project["binjiang"]}
    said = []
    for days in (4, 3, 2, 1):
        seen_at = now() - timedelta(days=days)
        visit_id = past.visit({question: "pass"}, at=seen_at)
        past.photo(visit_id, question)
        begun = officer.post("/api/spot-inspections", json=project).json["id"]
        body = {"question": question, "visit_id": visit_id, "words": "松动", "place": "塔身"}
        found_at = iso(seen_at + timedelta(hours=1))
        url = f"/api/spot-inspections/{begun}/findings"
        assert officer.post(url, json=body | {"found_at": found_at}).status_code == 201
        _statements(officer)
        said.append(_statements(officer))

    assert [findings for findings, _ in said] == [1, 2, 3, 4]
    assert len({statements for _, statements in said}) == 1, said
