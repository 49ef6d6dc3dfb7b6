"""Checkpoints stamped by a real authority: openssl's, on this machine, over HTTP."""

import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest

from fieldapp.archive.auditing import Trusted, audit
from fieldapp.clock import at, now
from fieldapp.db import db, transaction
from fieldapp.ledger import stamping
from fieldapp.ledger.models import Checkpoint, Timestamp
from fieldapp.ledger.stamping import Authority, NoStamp
from tests.fixtures.authorities import certificates, openssl, serving
from tests.fixtures.needs import needs


def faults(authority: Authority) -> list[str]:
    report = audit(Trusted(authority=authority), lambda _what, _count: None)
    return [fault["kind"] for fault in report["faults"]]


def test_the_newest_checkpoint_is_stamped_once_a_day(town, seal, authority):
    checkpoint = seal()

    stamp = stamping.stamp_when_due(authority)

    assert stamp.size == checkpoint.size
    assert abs(stamp.at - now()) < timedelta(minutes=1)
    assert stamping.stamp_when_due(authority) is None, "today's is made"
    with at(now() + timedelta(hours=25)):
        assert stamping.stamp_when_due(authority) is not None
    assert faults(authority) == []


def test_openssl_believes_the_same_token(town, seal, authority, tmp_path):
    seal()
    stamp = stamping.stamp_when_due(authority)
    (tmp_path / "body").write_text(db.session.get(Checkpoint, stamp.size).body)
    (tmp_path / "token").write_bytes(stamp.token)
    db.session.rollback()

    said = openssl(tmp_path, "ts", "-verify", "-data", "body", "-in", "token", "-CAfile", str(authority.roots))  # fmt: skip
    assert b"OK" in said


def test_a_changed_token_or_time_is_found(town, seal, authority):
    seal()
    stamp = stamping.stamp_when_due(authority).id
    with transaction():
        db.session.get_one(Timestamp, stamp).at -= timedelta(days=30)
    assert faults(authority) == ["bad_timestamp"]
    with transaction():
        row = db.session.get_one(Timestamp, stamp)
        row.token = row.token[:-1] + bytes([row.token[-1] ^ 1])
    assert faults(authority) == ["bad_timestamp"]


def test_a_token_by_somebody_else_is_not_kept(town, seal, authority, tmp_path):
    certificates(tmp_path / "other", "other")
    seal()

    with pytest.raises(NoStamp, match="does not hold"):
        stamping.stamp_when_due(Authority(authority.url, tmp_path / "other" / "root.pem"))
    assert stamping.latest() is None


@pytest.fixture
def chained(tmp_path) -> Iterator[Authority]:
    """An authority whose stamps carry its own certificate, the one above it and the root."""
    needs("openssl", shutil.which("openssl"), "openssl")
    folder = tmp_path / "chained"
    certificates(folder, "chained", between="between")
    yield from serving(folder)


@pytest.mark.parametrize("turned", [False, True], ids=["as written", "the other way round"])
def test_a_stamp_that_carries_its_chain_is_kept_as_it_came(town, seal, chained, turned):
    if turned:  # one of the two orders is not the sorted one
        above = chained.roots.with_name("above.pem")
        parts = above.read_text().split("-----BEGIN")
        above.write_text("".join("-----BEGIN" + part for part in reversed(parts[1:])))
    seal()

    stamp = stamping.stamp_when_due(chained)

    assert stamping.latest().token == stamp.token
    assert faults(chained) == []


def test_an_authority_that_is_away_stops_nothing(town, seal, authority):
    seal()
    away = Authority("http://127.0.0.1:9", authority.roots)

    stamping.keep_stamped(away)
    with pytest.raises(NoStamp):
        stamping.stamp_when_due(away)
