"""A bucket that keeps every version and holds it as long as was agreed: a whole round, to a deletion by law and what follows it."""

import hashlib
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from fieldapp import clock, jobs
from fieldapp.blobs import erasing
from fieldapp.blobs.erasing_models import BlobErasure
from fieldapp.blobs.locking import ObjectLock
from fieldapp.blobs.store import current_store
from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.doctor import CHECKS
from fieldapp.evidence.models import Evidence
from tests.evidence.deleting import kept_of
from tests.fixtures.databases import sqlite_url
from tests.fixtures.stores import s3_settings

PHOTO = b"\xff\xd8 a small photo"
LOCKED = {"ObjectLockEnabledForBucket": True}


@pytest.fixture
def asked_of_bucket() -> dict[str, bool]:
    return LOCKED


@pytest.fixture
def environment(tmp_path, keeper, asked_of_bucket) -> dict[str, str]:
    return {
        "FIELDAPP_DATA_DIR": str(tmp_path / "var"),
        "FIELDAPP_DATABASE_URL": sqlite_url(tmp_path),
        "FIELDAPP_BLIND_PERCENT": "0",
        "FIELDAPP_S3_RETAIN_DAYS": "30" if asked_of_bucket else "0",
        **s3_settings(keeper, **asked_of_bucket),
    }


@pytest.fixture
def bucket(environment, keeper) -> "Bucket":
    return Bucket(keeper.client(), environment["FIELDAPP_S3_BUCKET"])


class Bucket:
    """The store as its owner sees it, from outside the product."""

    def __init__(self, client, name: str) -> None:
        self._client, self._at = client, {"Bucket": name}

    def delete(self, key: str, version: str) -> None:
        self._client.delete_object(**self._at, Key=key, VersionId=version)

    def versions(self, word: str = "") -> list[tuple[str, str]]:
        """(key, version) of all that is kept under keys with this word, markers of a deletion too."""
        listed = self._client.list_object_versions(**self._at)
        kept = [*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())]
        return [(one["Key"], one["VersionId"]) for one in kept if word in one["Key"]]

    def release(self) -> None:
        """What the passing of thirty days does."""
        for key, version in self.versions():
            over = {"Mode": "GOVERNANCE", "RetainUntilDate": now() - timedelta(seconds=1)}
            self._client.put_object_retention(
                **self._at,
                Key=key,
                VersionId=version,
                Retention=over,
                BypassGovernanceRetention=True,
            )


def test_its_lock_is_proved_and_what_proved_it_is_still_there(app, bucket):
    check = CHECKS["object_lock"]()

    assert (check.ok, check.numbers) == (True, {"state": ObjectLock.PROVED})
    CHECKS["object_lock"]()
    assert len(bucket.versions()) == 1, "tried once for a program"


@pytest.mark.parametrize("asked_of_bucket", [{}])
def test_a_bucket_of_the_same_store_without_a_lock_says_so(app, bucket):
    assert CHECKS["object_lock"]().numbers == {"state": ObjectLock.NONE}
    assert bucket.versions() == []


def test_what_the_law_deletes_is_erased_when_the_lock_lets_go_of_it(
    app, bucket, file_photo, redact
):
    photo = file_photo()
    before = bucket.versions(digest_of(photo))

    assert redact(photo).status_code == 200
    assert bucket.versions(digest_of(photo)) == before, "held, and not said to be gone"
    assert erased() == [False] * 3

    bucket.release()
    with clock.at(now() + erasing.LOCKED_PAUSE + timedelta(minutes=1)):
        jobs.run_all()
    assert (kept_of(photo), bucket.versions(digest_of(photo))) == ([], [])
    assert erased() == [True] * 3


def test_what_a_phone_sent_is_held_whoever_has_the_buckets_key(app, bucket, phone):
    sent = phone("zhou")
    [target] = sent.ask(PHOTO).json["uploads"]
    sent.settle(target, sent.send(target, PHOTO))

    [(key, version)] = bucket.versions(hashlib.sha256(PHOTO).hexdigest())
    with pytest.raises(ClientError, match="AccessDenied"):
        bucket.delete(key, version)


def test_the_check_of_the_store_leaves_nothing_that_is_held(app, bucket):
    current_store().self_check()

    for key, version in bucket.versions():
        bucket.delete(key, version)
    assert bucket.versions() == []


def digest_of(photo: str) -> str:
    with transaction(write=False):
        return db.session.get_one(Evidence, photo).sha256


def erased() -> list[bool]:
    with transaction(write=False):
        rows = db.session.scalars(db.select(BlobErasure)).all()
        return [row.erased_at is not None for row in rows]
