"""A recording's viewing copy, made in the sandbox and believed only after a second look from there."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from fieldapp.evidence import sandbox
from fieldapp.evidence.reader import VIEWING_LONGEST, VIEWING_SHORTEST
from fieldapp.evidence.sniffing import HEAD, MP4, kind_of

log = logging.getLogger(__name__)


class NotRecoded(Exception):
    """There is no copy to be had. `reason`: type, undecodable, out_of_limits, crashed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Copy:
    """MP4 bytes, and the size of the picture."""

    width: int
    height: int
    data: bytes


def recode(file: Path, told: Callable[[int], None]) -> Copy:
    """The recording made anew for people to look at; `told` hears about once a second how many percent are done.

    Raises NotRecoded, SandboxGone, OSError, and what `told` raises.
    """
    with file.open("rb") as stream:
        kind = kind_of(stream.read(HEAD))
        if kind is None or not kind.is_recording:
            raise NotRecoded("type")
        answer = sandbox.zygote("recoding", "").ask(stream, kind, told)
    if isinstance(answer, str):
        raise NotRecoded(answer)
    return _looked_at(_taken(answer))


def _taken(answer: bytes) -> bytes:
    try:
        said, made, _ = sandbox.parts_of(answer)
        if said["state"] != "shown":
            raise NotRecoded(str(said["reason"]))
        [data] = made
    except sandbox.NONSENSE as error:
        log.warning("a recoder answered nonsense: %s", error)
        raise NotRecoded("crashed") from error
    return data


def _looked_at(data: bytes) -> Copy:
    """What made it has seen a stranger's file and may have been taken over: another process says what came of it."""
    with NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        said = sandbox.read(Path(file.name), features="").said
    sides = sorted((said["width"] or 0, said["height"] or 0))
    is_ours = (
        said["state"] == "shown"
        and said["media_type"] == MP4.media_type
        and sides[0] <= VIEWING_SHORTEST
        and sides[1] <= VIEWING_LONGEST
        and not said["notes"]
    )
    if not is_ours:
        log.warning("a recoder left something else than a viewing copy: %s", said)
        raise NotRecoded("crashed")
    return Copy(said["width"], said["height"], data)
