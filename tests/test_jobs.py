"""Jobs outlast what they need: an outage costs time, never the work."""

import json
from datetime import timedelta

import pytest

from fieldapp import clock, jobs
from fieldapp.blobs.store import StoreFull, StoreUnreachable
from fieldapp.cli import run as command
from fieldapp.clock import now
from fieldapp.db import db, transaction

LONG = 50


@pytest.fixture
def work(app):
    """`work(error)`: a waiting job that raises `error` until told otherwise; what it did."""
    state = {"error": None, "done": 0}

    @jobs.handles("work_of_a_test")
    def handle(_subject_id: str) -> None:
        if state["error"] is not None:
            raise state["error"]
        state["done"] += 1

    with transaction():
        jobs.enqueue("work_of_a_test", "1")
    return state


def run_often(times: int) -> None:
    at = now()
    for _ in range(times):
        at += timedelta(hours=1)
        with clock.at(at):
            jobs.run_next()


@pytest.mark.parametrize("away", [StoreUnreachable(), StoreFull()], ids=["away", "full"])
def test_a_job_waits_out_a_store_that_is_away_however_long(work, away):
    work["error"] = away
    run_often(LONG)

    work["error"] = None
    with clock.at(now() + timedelta(days=30)):
        jobs.run_next()

    assert work["done"] == 1


def test_a_job_that_fails_by_itself_is_given_up_and_stays_to_be_seen(work):
    work["error"] = ValueError("cannot be done")

    run_often(LONG)

    with transaction(write=False):
        job = db.session.scalar(db.select(jobs.Job).where(jobs.Job.kind == "work_of_a_test"))
        assert (job.attempts, job.is_stuck) == (jobs.MOST_ATTEMPTS, True)


def test_what_was_given_up_is_listed_and_tried_anew_when_an_operator_says_so(
    work, environment, monkeypatch, capsys
):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    work["error"] = ValueError("cannot be done")
    run_often(LONG)

    listed = command(["jobs"])
    said = json.loads(capsys.readouterr().out)
    unknown = command(["jobs", "--retry", "nothing"])
    retried = command(["jobs", "--retry", said["id"]])
    work["error"] = None
    with clock.at(now() + timedelta(hours=1)):
        jobs.run_next()

    assert (listed, unknown, retried) == (1, 1, 0)
    assert (said["kind"], said["error"]) == ("work_of_a_test", "ValueError: cannot be done")
    assert work["done"] == 1
    assert command(["jobs"]) == 0


def test_a_regular_act_that_fails_does_not_end_the_others(monkeypatch):
    done = []

    def fails() -> None:
        raise ValueError("once")

    acts = [jobs._Regular(fails, 60), jobs._Regular(lambda: done.append(1), 60)]
    monkeypatch.setattr(jobs, "_regular", acts)

    for _ in range(3):
        jobs.run_regular()

    assert done == [1], "and it is not due again before its time"


def test_quick_jobs_come_first_and_a_long_one_holds_its_lease_while_it_tells(work):
    seen = []

    @jobs.handles("long_work_of_a_test", long=True)
    def handle(_subject_id: str) -> None:
        seen.append(work["done"])
        with clock.at(now() + jobs.LEASE - timedelta(seconds=1)):
            jobs.tell(40)
        with transaction(write=False):
            own = db.session.scalar(db.select(jobs.Job).where(jobs.Job.finished_at.is_(None)))
            seen.append(own.percent)
        with clock.at(now() + jobs.LEASE + timedelta(seconds=1)):
            seen.append(jobs.run_next())

    with transaction():
        first = db.session.scalar(db.select(jobs.Job))
        first.run_at = now()
        jobs.enqueue("long_work_of_a_test", "1", after=timedelta(seconds=-60))
    jobs.run_all()

    assert seen == [1, 40, False]
