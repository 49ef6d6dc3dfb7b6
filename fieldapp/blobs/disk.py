"""The store in a folder: the same calls as S3, its signed URLs answered by this program itself.

`<root>/<organisation>/<2 hex>/<sha256>` holds what is stored; `<root>/q/<organisation>/<upload id>/` the parts of an upload,
named `<number>-<sha256 of the part>`, and `whole` once they are joined. A half-written file never has one of these names;
a part that was cut waits as `.part-…` (partial.py). The root bears a mark: a folder without it is taken for the mount
point of a disk that is not there, and nothing is written to it.
"""

import errno
import hashlib
import logging
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

from fieldapp.blobs import partial
from fieldapp.blobs.checking import check
from fieldapp.blobs.durable import (
    give_name,
    give_passing_name,
    half_written,
    hashed,
    is_spoilt,
    make_folder,
)
from fieldapp.blobs.locking import FOLDER, ObjectLock, Words
from fieldapp.blobs.store import (
    CHUNK,
    FILE_LINK,
    UPLOAD_LINK,
    BytesDiffer,
    Found,
    InboxGone,
    NotStored,
    Part,
    StoreFull,
    StoreUnreachable,
    missing_parts,
    split_final,
    split_inbox,
)
from fieldapp.blobs.tokens import loaded, signer
from fieldapp.errors import Problem

log = logging.getLogger(__name__)

WHOLE = "whole"
MARK = ".fieldapp-store"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class PartClaim:
    """What an upload link allows."""

    inbox: str
    number: int
    size: int


@dataclass(frozen=True)
class FileClaim:
    """What a file link allows."""

    path: Path
    sha256: str
    media_type: str
    disposition: str
    filename: str


class DiskStore:
    checks_at_once = True

    def __init__(self, root: Path, secret: str) -> None:
        self._root = root
        self._is_new = True  # until it was seen, or somebody says otherwise
        self._parts = signer(secret, "upload part")
        self._files = signer(secret, "file")

    def prepare(self, *, holds_something: bool) -> None:
        """Mark the root, unless it is empty or not there where there should be something."""
        self._is_new = not holds_something
        if self._root.is_dir() and (self._is_new or any(self._root.iterdir())):
            (self._root / MARK).touch()

    def begin(self, inbox: str, size: int) -> None:
        self._require_root()
        with self._disk():
            self._path(inbox).mkdir(parents=True, exist_ok=True)

    def part_url(self, inbox: str, multipart_id: str | None, number: int, size: int) -> str:
        return f"/uploads/{self._parts.dumps([inbox, number, size])}"

    def part_claim(self, token: str) -> PartClaim:
        """What part_url promised. Raises LinkExpired, LinkUnknown."""
        return PartClaim(*loaded(self._parts, token, UPLOAD_LINK.total_seconds()))

    def receive(self, claim: PartClaim, source: IO[bytes], offset: int = 0) -> str:
        """Write one part, or what it lacks from `offset` on, from a stream; its ETag.

        Raises WrongLength, WrongOffset, InboxGone, StoreFull. What came before a cut stays for the next try.
        """
        folder = self._path(claim.inbox)
        with self._disk():
            piece = partial.Piece(claim.number, claim.size, offset)
            etag = partial.receive(folder, piece, source)
            _drop_others(folder, claim.number, etag)
        return etag

    def held(self, claim: PartClaim) -> tuple[int, str | None]:
        """How many bytes of this part are here, and its ETag once it is whole. Raises InboxGone."""
        with self._disk():
            partial.settle(self._path(claim.inbox), claim.number)
        for part in self.parts(claim.inbox, None):
            if (part.number, part.size) == (claim.number, claim.size):
                return part.size, part.etag
        return (self.begun(claim.inbox) or {}).get(claim.number, 0), None

    def begun(self, inbox: str) -> dict[int, int] | None:
        with self._disk():
            return partial.begun(self._path(inbox))

    def parts(self, inbox: str, multipart_id: str | None) -> list[Part]:
        with self._disk():
            files = [file for file in self._path(inbox).iterdir() if file.name[0].isdigit()]
            return [
                Part(int(number), file.stat().st_size, etag)
                for file in files
                for number, _, etag in [file.name.partition("-")]
            ]

    def complete(
        self, inbox: str, multipart_id: str | None, sizes: Sequence[int], etags: Mapping[int, str]
    ) -> list[int]:
        folder = self._path(inbox)
        if (folder / WHOLE).exists():
            return []
        arrived = self._chosen(self.parts(inbox, multipart_id), etags)
        missing = missing_parts(sizes, etags, arrived)
        if not missing:
            with self._disk():
                _join(folder, [f"{part.number}-{part.etag}" for part in arrived[: len(sizes)]])
        return missing

    @staticmethod
    def _chosen(arrived: list[Part], etags: Mapping[int, str]) -> list[Part]:
        """One of each number, in order: the reported one where a part came with different bytes."""
        chosen: dict[int, Part] = {}
        for part in arrived:
            if part.number not in chosen or part.etag == etags.get(part.number):
                chosen[part.number] = part
        return [chosen[number] for number in sorted(chosen)]

    def inspect(self, inbox: str) -> Found:
        with self._disk(), (self._path(inbox) / WHOLE).open("rb") as file:
            digest, size = hashed(file)
        return Found(digest, size, version=digest)

    def adopt(self, inbox: str, key: str, version: str) -> None:
        final = self._path(key)
        self._require_root()
        with self._disk():
            make_folder(final.parent)
            # The phone lets its own copy go for this one: what lies here is read before it is believed.
            if final.exists() and is_spoilt(final.open("rb"), final.name):
                log.error("%s in the store is not what its key says; replaced", key)
                final.unlink(missing_ok=True)
            give_name(self._path(inbox) / WHOLE, final)

    def discard(self, inbox: str, multipart_id: str | None) -> None:
        with self._disk(), suppress(FileNotFoundError):
            shutil.rmtree(self._path(inbox))

    def discard_older(self, organisation_id: str, before: datetime) -> int:
        waiting = self._root / "q" / organisation_id
        old = [
            folder
            for folder in (waiting.iterdir() if waiting.is_dir() else ())
            if _touched(folder) < before
        ]
        for folder in old:
            self.discard(f"q/{organisation_id}/{folder.name}", None)
        return len(old)

    def put(self, key: str, data: bytes) -> None:
        if split_final(key)[1] != hashlib.sha256(data).hexdigest():
            raise BytesDiffer(key)
        final = self._path(key)
        if final.exists():
            return
        self._require_root()
        with self._disk():
            make_folder(final.parent)
            with half_written(final.parent) as half:
                half.file.write(data)
                half.keep(final)

    def put_file(self, key: str, file: Path) -> None:
        final = self._path(key)
        self._require_root()
        with self._disk():
            make_folder(final.parent)
            with half_written(final.parent) as half, file.open("rb") as source:
                if hashed(source, half.file)[0] != split_final(key)[1]:
                    raise BytesDiffer(key)
                half.keep(final)

    def open(self, key: str, offset: int = 0) -> IO[bytes]:
        with self._disk(NotStored):
            stream = self._path(key).open("rb")
        stream.seek(offset)
        return stream

    @contextmanager
    def as_file(self, key: str) -> Iterator[Path]:
        path = self._path(key)
        if not path.is_file():
            raise NotStored if self._has_root() else not_mounted()
        yield path

    def has(self, key: str) -> bool:
        return self._path(key).is_file()

    def size(self, key: str) -> int:
        with self._disk(NotStored):
            return self._path(key).stat().st_size

    def delete(self, key: str) -> None:
        with self._disk():
            self._path(key).unlink(missing_ok=True)

    def erase(self, key: str) -> None:
        self.delete(key)

    def link(self, key: str, media_type: str, disposition: str, filename: str) -> str:
        split_final(key)
        return f"/files/{self._files.dumps([key, media_type, disposition, filename])}"

    def file_claim(self, token: str) -> FileClaim:
        """What link promised. Raises LinkExpired, LinkUnknown, NotStored."""
        key, media_type, disposition, filename = loaded(
            self._files, token, FILE_LINK.total_seconds()
        )
        if not self.has(key):
            raise NotStored
        return FileClaim(self._path(key), split_final(key)[1], media_type, disposition, filename)

    def object_lock(self) -> tuple[ObjectLock, Words]:
        return ObjectLock.NONE, FOLDER

    def self_check(self) -> None:
        check(self)

    def _has_root(self) -> bool:
        """A new installation's folder is not there yet, and that is well."""
        was_new = self._is_new  # asked first: others may make it and see it while this looks
        if not self._root.exists():
            return was_new
        if not (self._root / MARK).exists():
            return False
        self._is_new = False
        return True

    def _require_root(self) -> None:
        if not self._has_root():
            raise not_mounted()
        if self._is_new:
            with self._disk():
                self._make_root()

    def _make_root(self) -> None:
        """With its mark, at once: nobody ever sees it without."""
        make_folder(self._root.parent)
        made = Path(mkdtemp(dir=self._root.parent, prefix=f".{self._root.name}-"))
        (made / MARK).touch()
        made.chmod(0o755)
        try:
            made.rename(self._root)
        except (
            OSError
        ):  # somebody else made it meanwhile, or it cannot be made: then the next step says why
            shutil.rmtree(made)

    @contextmanager
    def _disk(self, gone: Callable[[], Problem] = InboxGone) -> Iterator[None]:
        """What the disk says, as a Problem."""
        try:
            yield
        except FileNotFoundError as error:
            raise (gone() if self._has_root() else not_mounted()) from error
        except OSError as error:
            raise (StoreFull() if error.errno in _FULL else StoreUnreachable()) from error

    def _path(self, key: str) -> Path:
        """The only place where a key becomes a path."""
        if key.startswith("q/"):
            organisation, upload = split_inbox(key)
            return self._root / "q" / organisation / upload
        organisation, digest = split_final(key)
        return self._root / organisation / digest[:2] / digest


def not_mounted() -> StoreUnreachable:
    return StoreUnreachable(
        "文件存储目录是空的，磁盘可能没有挂载。未上传的内容仍在本机。",
        "The store's folder has lost its mark: its disk may not be mounted. Nothing unsent is lost.",
    )


def _join(folder: Path, names: list[str]) -> None:
    if len(names) == 1:
        give_passing_name(folder / names[0], folder / WHOLE)
        return
    with half_written(folder) as half:
        for name in names:
            with (folder / name).open("rb") as part:
                shutil.copyfileobj(part, half.file, CHUNK)
        half.keep(folder / WHOLE)


def _drop_others(folder: Path, number: int, etag: str) -> None:
    """A part sent again with other bytes takes the place of the first."""
    for file in folder.glob(f"{number}-*"):
        if file.name != f"{number}-{etag}":
            file.unlink(missing_ok=True)


def _touched(folder: Path) -> datetime:
    return datetime.fromtimestamp(folder.stat().st_mtime, UTC)
