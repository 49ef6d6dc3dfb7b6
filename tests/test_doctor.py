"""`fieldapp doctor` as an administrator runs it: well on a well system, and naming the one thing that is not."""

import json
import os
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from contextvars import Context
from datetime import timedelta
from io import StringIO
from unittest.mock import patch

import pytest

from fieldapp.accounts.models import Person
from fieldapp.app import create_app
from fieldapp.cli import run
from fieldapp.clock import now
from fieldapp.config import from_environment
from fieldapp.db import db, new_id, transaction
from fieldapp.jobs import MOST_ATTEMPTS, Job
from fieldapp.ledger.models import LedgerEntry
from fieldapp.migrating import bring_up
from fieldapp.notify.models import Delivery, Notice
from tests.fixtures import town as towns
from tests.fixtures.needs import needs
from tests.fixtures.ports import free_port


@pytest.fixture
def well(environment):
    """Settings of a system with its tables."""
    needs("a Chinese font", chinese_fonts(), "fonts-noto-cjk")
    app = create_app(from_environment(environment))
    bring_up(app)
    with app.app_context():
        with transaction():
            towns.build()
        yield environment
        db.session.remove()
        db.engine.dispose()


def chinese_fonts() -> str:
    look = ["fc-list", ":lang=zh", "family"]
    return subprocess.run(look, capture_output=True, text=True, check=False).stdout


def examine(environment: dict[str, str]) -> tuple[int, dict, str]:
    """Exit code, what it says as data, and what it says to people."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("FIELDAPP_")}
    out, err = StringIO(), StringIO()
    with (
        patch.dict(os.environ, clean | environment, clear=True),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = Context().run(run, ["doctor"])
    return code, json.loads(out.getvalue()), err.getvalue()


def sick(said: dict) -> dict[str, str]:
    return {check["name"]: check["detail"] for check in said["checks"] if not check["ok"]}


def test_a_well_system_is_well(well):
    code, said, told = examine(well)

    assert (code, said["ok"], sick(said), told) == (0, True, {}, "")
    assert {check["name"] for check in said["checks"]} == {
        "configuration", "sequencer", "timestamps", "envelopes", "database", "administrators", "store", "object_lock", "queue", "messages", "fonts", "clock", "overdue", "sandbox", "rights",
    }  # fmt: skip


def test_an_installation_that_nobody_can_administer_is_told_how_to_begin(environment):
    app = create_app(from_environment(environment))
    bring_up(app)
    with app.app_context():
        db.engine.dispose()

    code, said, _ = examine(environment)

    assert code == 1
    assert "fieldapp administrator NAME" in sick(said)["administrators"]


def test_missing_tables_are_named_with_what_brings_them(environment):
    code, said, told = examine(environment)

    assert code == 1
    assert "fieldapp run" in sick(said)["database"]
    assert told.startswith("database: ")


def test_a_store_that_cannot_be_reached_or_written_is_named(well, tmp_path):
    (tmp_path / "file").write_text("no folder can be here")
    broken = {
        "FIELDAPP_STORE_DIR": str(tmp_path / "file" / "store"),
        "FIELDAPP_S3_ENDPOINT": f"http://127.0.0.1:{free_port()}",
    }

    code, said, told = examine(
        well | {name: value for name, value in broken.items() if name in well}
    )

    assert (code, set(sick(said))) == (1, {"store"})
    assert "store: " in told


def test_messages_that_no_gateway_took_are_counted(well):
    with transaction():
        notice = Notice(
            kind="task_given",
            subject_id=new_id(),
            edition="1",
            recipient=db.session.scalar(db.select(Person).limit(1)),
            facts={},
        )
        refused = {"outcome": "refused", "settled_at": now(), "due_at": now()}
        db.session.add(Delivery(notice=notice, channel="sms", **refused))

    code, said, _ = examine(well)

    assert (code, sick(said)["messages"][:10]) == (1, "1 messages")


def test_a_database_that_is_not_there_is_named(environment, tmp_path):
    (tmp_path / "file").write_text("no folder can be here")
    away = {
        True: f"postgresql+psycopg://app@127.0.0.1:{free_port()}/none",
        False: f"sqlite:///{tmp_path}/file/none.db",
    }["FIELDAPP_S3_ENDPOINT" in environment]

    code, said, told = examine(environment | {"FIELDAPP_DATABASE_URL": away})

    assert code == 1
    assert "database" in sick(said)
    assert "store" not in sick(said)
    assert "database: " in told


def test_a_job_that_was_given_up_is_named_with_its_error(well):
    with transaction():
        db.session.add(
            Job(kind="intake", subject_id="abc", attempts=MOST_ATTEMPTS, error="OSError: disk full")
        )

    code, said, _ = examine(well)

    assert (code, set(sick(said))) == (1, {"queue"})
    assert "intake abc: OSError: disk full" in sick(said)["queue"]


def test_jobs_that_nobody_runs_are_named(well):
    with transaction():
        db.session.add(Job(kind="intake", subject_id="abc", run_at=now() - timedelta(hours=1)))

    code, said, _ = examine(well)

    assert (code, set(sick(said))) == (1, {"queue"})
    assert "worker" in sick(said)["queue"]


def test_an_entry_from_the_future_means_that_the_clock_is_wrong(well):
    with transaction():
        db.session.add(
            LedgerEntry(
                at=now() + timedelta(hours=1),
                actor_kind="nobody",
                act="insert",
                table_name="pool",
                row_id="x",
                digest="0" * 64,
                salt="00" * 16,
            )
        )

    code, said, _ = examine(well)

    assert (code, set(sick(said))) == (1, {"clock"})
    assert "future" in sick(said)["clock"]


def test_production_names_every_setting_that_it_lacks(tmp_path):
    code, said, told = examine({"FIELDAPP_ENV": "production", "FIELDAPP_DATA_DIR": str(tmp_path)})

    assert (code, set(sick(said))) == (1, {"configuration"})
    for name in ("FIELDAPP_SECRET_KEY", "FIELDAPP_SIGNING_KEY", "FIELDAPP_COLUMN_KEY"):
        assert name in sick(said)["configuration"]
        assert name in told


def test_a_store_of_a_kind_that_does_not_exist_is_named(tmp_path):
    code, said, _ = examine({"FIELDAPP_STORE": "tape", "FIELDAPP_DATA_DIR": str(tmp_path)})

    assert (code, set(sick(said))) == (1, {"configuration"})
