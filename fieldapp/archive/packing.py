"""A ZIP that grows member by member, in constant memory, and goes on after a cut where the last whole member ends."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

MIDNIGHT = (1980, 1, 1, 0, 0, 0)  # a bundle says when it was made by its seal, not by its files
_KEPT = (
    "filename",
    "header_offset",
    "CRC",
    "compress_size",
    "file_size",
    "compress_type",
    "flag_bits",
)


@dataclass(frozen=True)
class Member:
    name: str
    sha256: str
    size: int

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "sha256": self.sha256, "size": self.size}


class Packer:
    """Writes `FILE.part` with a journal beside it; `finish` gives it its name. Opening it again goes on."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._part = file.with_name(f"{file.name}.part")
        self._journal = file.with_name(f"{file.name}.part.jsonl")
        self.members: dict[str, Member] = {}
        self.note: dict[str, Any] | None = None
        infos, end = self._recalled()
        self._stream = self._part.open("r+b" if self._part.exists() else "w+b")
        self._stream.truncate(end)
        self._stream.seek(end)
        self._zip = zipfile.ZipFile(self._stream, "w", allowZip64=True)
        for info in infos:
            self._zip.filelist.append(info)
            self._zip.NameToInfo[info.filename] = info
        self._zip.start_dir = end

    def remember(self, note: dict[str, Any]) -> dict[str, Any]:
        """Something to find here again after a cut."""
        self.note = note
        self._write({"note": note})
        return note

    def add(self, name: str, chunks: Iterable[bytes], *, packed: bool = False) -> Member:
        """One member from chunks; `packed` deflates it. On the disk before it is said to be there."""
        info = zipfile.ZipInfo(name, MIDNIGHT)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.external_attr = 0o644 << 16
        digest, size = hashlib.sha256(), 0
        with self._zip.open(info, "w", force_zip64=True) as member:
            for chunk in chunks:
                member.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        added = Member(name, digest.hexdigest(), size)
        self._note(added, info)
        return added

    def finish(self) -> None:
        self._zip.close()
        self._flush()
        self._stream.close()
        self._part.replace(self._file)
        self._journal.unlink()

    def leave(self) -> None:
        """Stop here; what is there stays for another time."""
        self._zip.fp = None  # or it would write its directory behind a half member
        self._stream.close()

    def _note(self, member: Member, info: zipfile.ZipInfo) -> None:
        self._flush()
        self.members[member.name] = member
        line = {
            "member": member.as_json(),
            "info": {name: getattr(info, name) for name in _KEPT},
            "end": self._zip.start_dir,
        }
        self._write(line)

    def _write(self, line: dict[str, Any]) -> None:
        with self._journal.open("a") as journal:
            journal.write(json.dumps(line) + "\n")

    def _flush(self) -> None:
        self._stream.flush()
        os.fsync(self._stream.fileno())

    def _recalled(self) -> tuple[list[zipfile.ZipInfo], int]:
        infos, end = [], 0
        if self._journal.exists() and self._part.exists():
            for line in _whole_lines(self._journal):
                if "note" in line:
                    self.note = line["note"]
                    continue
                if line["end"] > self._part.stat().st_size:
                    break
                infos.append(_info(line["info"]))
                self.members[line["member"]["name"]] = Member(**line["member"])
                end = line["end"]
        return infos, end


def chunks_of(stream: IO[bytes], size: int = 1 << 20) -> Iterable[bytes]:
    while chunk := stream.read(size):
        yield chunk


def _info(kept: dict[str, Any]) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(kept["filename"], MIDNIGHT)
    for name in _KEPT[1:]:
        setattr(info, name, kept[name])
    info.external_attr = 0o644 << 16
    info.create_version = zipfile.ZIP64_VERSION
    info.extract_version = zipfile.ZIP64_VERSION
    return info


def _whole_lines(journal: Path) -> Iterable[dict[str, Any]]:
    for line in journal.read_text().splitlines(keepends=True):
        if not line.endswith("\n"):
            return  # cut while it was written
        yield json.loads(line)
