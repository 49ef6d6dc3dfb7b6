"""What each role of PostgreSQL may do to each table: the web adds to the ledger's tables and can change nothing in them.

SQLite has no roles: there whoever may write the file may write all of it, and the signed log alone tells.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence

from sqlalchemy import text

from fieldapp.app import create_app
from fieldapp.config import ConfigMissing
from fieldapp.db import db
from fieldapp.migrating import bring_up

READ = "SELECT"
ADD = "SELECT, INSERT"
CHANGE = "SELECT, INSERT, UPDATE"
EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"

WRITTEN_ONCE = ("ledger_entry", "record", "verdict", "signed_act", "redaction")
"""The web and its workers add rows to these and never change one."""
SEQUENCERS = ("ledger_tile", "ledger_key", "checkpoint", "checkpoint_timestamp", "restoration")
"""The sequencer alone writes these."""
STEPS = "alembic_version"

OF_SEQUENCER = {
    "ledger_entry": f"{ADD}, UPDATE (leaf)",  # the place in the log, given once
    "ledger_tile": CHANGE,
    "ledger_key": ADD,
    "checkpoint": ADD,
    "checkpoint_timestamp": ADD,
    "restoration": ADD,
    "sequencer_lease": CHANGE,
}


def grants(arguments: Sequence[str]) -> int:
    """`fieldapp database grants --web ROLE --sequencer ROLE`: the SQL, to be run by the tables' owner. Opens no database: the program's own tables are meant."""
    parser = argparse.ArgumentParser(prog="fieldapp database grants")
    parser.add_argument("--web", required=True, metavar="ROLE", help="of the web and the workers")
    parser.add_argument("--sequencer", required=True, metavar="ROLE", help="of the sequencer")
    options = parser.parse_args(arguments)
    sys.stdout.write("".join(f"{line}\n" for line in statements(options.web, options.sequencer)))
    return 0


def upgrade(arguments: Sequence[str]) -> int:
    """`fieldapp database upgrade`: bring the tables up, as their owner; the web's role cannot."""
    argparse.ArgumentParser(prog="fieldapp database upgrade").parse_args(arguments)
    try:
        bring_up(create_app())
    except ConfigMissing as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    return 0


def statements(web: str, sequencer: str) -> Iterator[str]:
    """Again is the same; whatever was granted on these tables before is taken back first."""
    for name, of_table in ((_quoted(web), of_web), (_quoted(sequencer), of_sequencer)):
        yield f"GRANT USAGE ON SCHEMA public TO {name};"
        for table in (*sorted(db.metadata.tables), STEPS):
            yield f"REVOKE ALL ON TABLE {table} FROM {name};"
            allowed = of_table(table)
            if allowed:
                yield f"GRANT {allowed} ON TABLE {table} TO {name};"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {_quoted(web)};"


def of_web(table: str) -> str:
    if table in (*SEQUENCERS, STEPS):
        return READ
    return ADD if table in WRITTEN_ONCE else EVERYTHING


def of_sequencer(table: str) -> str:
    """Nothing of people, projects and photos."""
    return READ if table == STEPS else OF_SEQUENCER.get(table, "")


def changeable() -> list[str]:
    """What the role in use may change or delete among what nobody may. Needs an app context, on PostgreSQL."""
    asked = text("select has_table_privilege(current_user, :table, 'UPDATE, DELETE, TRUNCATE')")
    with db.engine.connect() as connection:
        tables = (*WRITTEN_ONCE, *SEQUENCERS)
        return [name for name in tables if connection.scalar(asked, {"table": name})]


def _quoted(role: str) -> str:
    return '"' + role.replace('"', '""') + '"'
