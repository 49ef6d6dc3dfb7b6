"""What the tab of a browser takes of a machine's memory, looked at from outside."""

import re
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Self

EVERY_S = 0.5
PROPORTIONAL = re.compile(rb"^Pss:\s+(\d+) kB", re.MULTILINE)
GROUP = 2
"""Of /proc/PID/stat, counted after the name in brackets."""


class Watch:
    """The largest share (PSS) that any page process of the browser had while the `with` lasted. `group`: says its process group."""

    def __init__(self, group) -> None:
        self._group, self._over = group, Event()
        self.most_bytes = 0

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(EVERY_S):
            self.most_bytes = max([self.most_bytes, *pages(self._group())])


def pages(group: int) -> list[int]:
    """Bytes of each process of this group that runs a page."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError, ValueError):
            after_name = (process / "stat").read_text().rpartition(") ")[2].split()
            if int(after_name[GROUP]) != group:
                continue
            if b"--type=renderer" not in (process / "cmdline").read_bytes():
                continue
            said = PROPORTIONAL.search((process / "smaps_rollup").read_bytes())
            found.append(int(said[1]) * 1024 if said else 0)
    return found
