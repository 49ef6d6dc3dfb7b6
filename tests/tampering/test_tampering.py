"""Whoever may write the database and the store is found out; `python -m tests.tampering.soak` tries it far more often."""

from random import Random

import pytest

from tests.tampering.lab import KINDS, Lab

TRIALS = 3


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Lab:
    return Lab(tmp_path_factory.mktemp("lab"))


def test_nothing_is_found_where_nobody_did_anything(lab):
    assert lab.untouched() == set()


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_noticed(lab, kind):
    random = Random(f"fieldapp {kind}")
    trials = [lab.trial(kind, random) for _ in range(TRIALS)]

    assert [trial.what for trial in trials if not trial.noticed] == []


def test_a_fork_is_seen_by_the_witness_too(lab):
    trial = lab.trial("log forked", Random("fork"))

    assert "seen_by_witness" in trial.noticed
