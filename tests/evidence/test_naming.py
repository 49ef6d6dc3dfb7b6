"""Who named some bytes is asked whenever bytes arrive: never by reading all that an organisation ever filed."""

import pytest
from sqlalchemy import text

from fieldapp.db import db, transaction
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.naming import filed_with, sent_as

READS_ALL = {"sqlite": "SCAN evidence", "postgresql": "Seq Scan on evidence"}


@pytest.mark.parametrize("named", [filed_with, sent_as])
def test_an_index_answers_which_evidence_names_some_bytes(app, town, named):
    condition = named(town.organisation["anxun"], ["a" * 64, "b" * 64])
    asked = db.select(Evidence.id).where(condition)
    compiled = asked.compile(db.engine, compile_kwargs={"literal_binds": True})

    plan = planned(str(compiled))

    assert plan
    assert READS_ALL[db.engine.dialect.name] not in plan


def planned(statement):
    """How the database would answer, were there too many rows to read them all."""
    with transaction(write=False):
        if db.engine.dialect.name == "sqlite":
            rows = db.session.execute(text(f"explain query plan {statement}"))
            return "\n".join(row[-1] for row in rows)
        db.session.execute(text("set local enable_seqscan = off"))
        return "\n".join(row[0] for row in db.session.execute(text(f"explain {statement}")))
