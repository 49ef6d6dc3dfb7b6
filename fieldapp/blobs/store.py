"""Where bytes live. A final key ends in the SHA-256 of the bytes it names, so it is never rewritten.

Two kinds of key: `<organisation>/<sha256>` for what is stored, `q/<organisation>/<upload id>` for the inbox of one upload.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Protocol, cast

from flask import current_app

from fieldapp.blobs.locking import ObjectLock, Words
from fieldapp.errors import Problem

PART_SIZE = 5 << 20
CHUNK = 1 << 20
UPLOAD_LINK = timedelta(hours=1)
FILE_LINK = timedelta(minutes=10)
INBOX_DAYS = timedelta(days=7)

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_FINAL = re.compile(rf"({_UUID})/([0-9a-f]{{64}})")
_INBOX = re.compile(rf"q/({_UUID})/({_UUID})")


class StoreUnreachable(Problem):
    status = 503
    zh = "文件存储暂时无法访问，请稍后重试。未上传的内容仍在本机。"
    en = "The file store cannot be reached just now. Try again; nothing unsent is lost."


class StoreFull(Problem):
    status = 507
    zh = "文件存储空间已满，本次内容未保存。请联系管理员扩容，之后会自动续传。"
    en = "The file store is full; this was not kept. Ask the administrator for space, then send again."


class StoreFailing(Problem):
    status = 500
    zh = "文件存储自检未通过：写入的内容读回不一致。"
    en = "The file store failed its check: what was written did not come back."


class NotStored(Problem):
    status = 404
    zh = "存储中没有这个文件。"
    en = "The store holds no such file."


class StillLocked(Problem):
    status = 409
    zh = "文件存储的对象锁尚未到期，暂不能删除。"
    en = "The store's object lock has not ended yet; it cannot be deleted."


class InboxGone(Problem):
    status = 410
    zh = "这次上传已结束或已过期，请重新申请上传地址。"
    en = "This upload is over. Ask for a new one."


class BadKey(ValueError):
    """Not a key of ours: a fault of the program, since keys never come from outside."""


class BytesDiffer(ValueError):
    """The bytes are not those that the key names."""


@dataclass(frozen=True)
class Part:
    number: int  # from 1
    size: int
    etag: str


@dataclass(frozen=True)
class Found:
    """What really lies in an inbox. `version` names just these bytes to `adopt`."""

    sha256: str
    size: int
    version: str


class Store(Protocol):
    """Every method may raise StoreUnreachable; those that write may raise StoreFull. None belongs inside a transaction."""

    checks_at_once: bool
    """Whether whoever completes an upload can read it there and then, or a worker must fetch it."""

    def prepare(self, *, holds_something: bool) -> None:
        """At the start of the program. `holds_something`: whether rows say that bytes are here."""

    def begin(self, inbox: str, size: int) -> str | None:
        """Open an inbox for the parts of so many bytes; the store's own name for it, where it needs one."""

    def part_url(self, inbox: str, multipart_id: str | None, number: int, size: int) -> str:
        """Where exactly `size` bytes of this part may be PUT within UPLOAD_LINK. No network."""

    def parts(self, inbox: str, multipart_id: str | None) -> list[Part]:
        """The parts that have arrived. Raises InboxGone."""

    def begun(self, inbox: str) -> Mapping[int, int] | None:
        """Bytes held of parts that a cut left unfinished, by number; None where the store cannot go on inside a part."""

    def complete(
        self, inbox: str, multipart_id: str | None, sizes: Sequence[int], etags: Mapping[int, str]
    ) -> list[int]:
        """Join the parts and end their URLs. The numbers of parts that are missing or not as reported; [] = joined.

        Again after success is harmless. Raises InboxGone.
        """

    def inspect(self, inbox: str) -> Found:
        """Read the joined bytes once, hashing. Raises InboxGone."""

    def adopt(self, inbox: str, key: str, version: str) -> None:
        """Give the inspected bytes their final key, durably; whatever has that key already stays. Raises InboxGone."""

    def discard(self, inbox: str, multipart_id: str | None) -> None:
        """Empty the inbox; an empty one is fine."""

    def discard_older(self, organisation_id: str, before: datetime) -> int:
        """Empty the organisation's inboxes untouched since; how many."""

    def put(self, key: str, data: bytes) -> None:
        """Keep our own bytes. Raises BytesDiffer unless the key names them."""

    def put_file(self, key: str, file: Path) -> None:
        """Keep a file of our own, however large. Raises BytesDiffer unless the key names its bytes."""

    def open(self, key: str, offset: int = 0) -> IO[bytes]:
        """A stream from there on, to be closed by the caller. Raises NotStored."""

    def as_file(self, key: str) -> AbstractContextManager[Path]:
        """A file to read inside the `with`, never to change. Raises NotStored."""

    def has(self, key: str) -> bool: ...

    def size(self, key: str) -> int:
        """Raises NotStored."""

    def delete(self, key: str) -> None: ...

    def erase(self, key: str) -> None:
        """Leave no version of it behind; what is not there is fine. Raises StillLocked."""

    def link(self, key: str, media_type: str, disposition: str, filename: str) -> str:
        """A URL that serves the bytes for FILE_LINK under just these headers. No network."""

    def object_lock(self) -> tuple[ObjectLock, Words]:
        """Whether it keeps from deletion what it is told to keep, proved by trying; kept for this process."""

    def self_check(self) -> None:
        """Write, read back, delete. Raises a Problem that says what fails."""


def current_store() -> Store:
    """The store of this application, chosen once in create_app."""
    return cast("Store", current_app.extensions["store"])


def split_final(key: str) -> tuple[str, str]:
    """(organisation id, sha256). Raises BadKey."""
    return _split(_FINAL, key)


def split_inbox(key: str) -> tuple[str, str]:
    """(organisation id, upload id). Raises BadKey."""
    return _split(_INBOX, key)


def part_sizes(size: int) -> list[int]:
    """Sizes of the parts of a file of this size, the first part first."""
    whole, rest = divmod(size, PART_SIZE)
    return [PART_SIZE] * whole + ([rest] if rest else [])


def missing_parts(
    sizes: Sequence[int], etags: Mapping[int, str], arrived: Sequence[Part]
) -> list[int]:
    """Numbers of the parts that have not arrived, or not as reported."""
    held = {(part.number, part.size): part.etag for part in arrived}
    return [
        number
        for number, size in enumerate(sizes, 1)
        if (number, size) not in held
        or bare(etags.get(number, held[number, size])) != held[number, size]
    ]


def bare(etag: str) -> str:
    """Without the quotes (and the W/ that proxies add)."""
    return etag.removeprefix("W/").strip('"')


def _split(pattern: re.Pattern[str], key: str) -> tuple[str, str]:
    found = pattern.fullmatch(key)
    if found is None:
        raise BadKey(key)
    return found[1], found[2]
