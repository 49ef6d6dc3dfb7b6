"""Whether the store keeps what it promised to keep: a version under retention is put there and must not be deletable."""

from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from fieldapp.clock import now

TRIED = timedelta(seconds=60)
"""Long enough to try, short enough that the next try clears it away."""
NO_LOCK = {
    "ObjectLockConfigurationNotFoundError",
    "NoSuchObjectLockConfiguration",
    "NotImplemented",
    "MethodNotAllowed",
    "InvalidRequest",
}
REFUSED = {"AccessDenied", "ObjectLocked", "InvalidRequest", "403"}


def hold(span: timedelta) -> dict[str, Any]:
    """What a PUT or a copy says, so that the store holds this version so long. A lock wants a checksum with every object."""
    return {
        "ChecksumAlgorithm": "SHA256",
        "ObjectLockMode": "GOVERNANCE",
        "ObjectLockRetainUntilDate": now() + span,
    }


class ObjectLock(StrEnum):
    """`none`: this store has no such thing. `broken`: it says that it has, and deletes all the same."""

    NONE = "none"
    PROVED = "proved"
    BROKEN = "broken"


class Words(NamedTuple):
    zh: str
    en: str


FOLDER = Words("目录存储无对象锁", "a folder has no object lock")
BUCKET = {
    ObjectLock.NONE: Words(
        "存储桶未启用对象锁",
        "this bucket has no object lock: whoever has its key can delete what is in it",
    ),
    ObjectLock.PROVED: Words(
        "对象锁有效：保留期内的版本删不掉",
        "object lock proved: a version under retention could not be deleted",
    ),
    ObjectLock.BROKEN: Words(
        "对象锁无效：保留期内的版本被删除了",
        "the bucket says that it locks, and a version under retention was deleted",
    ),
}


def has_lock(configuration: dict[str, Any]) -> bool:
    said = configuration.get("ObjectLockConfiguration", {})
    return bool(said.get("ObjectLockEnabled") == "Enabled")
