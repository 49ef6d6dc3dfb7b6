"""Children that are forked from one process which has loaded the program, started again when they die, and stopped together.

What is loaded before a fork is held once for all of them. So nothing that must not be shared may be open by then: no thread,
no connection to the database, no key that only one child may hold.
"""

import ctypes
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

GRACE_SECONDS = 25
STEADY_SECONDS = 60
LOOK_SECONDS = 0.05
M_ARENA_MAX = -8  # of glibc's malloc.h
log = logging.getLogger(__name__)
ASKED = (signal.SIGTERM, signal.SIGINT)


class Stopping:
    """Turns the first TERM or INT into a request; a second INT falls through to Python."""

    def __init__(self) -> None:
        self.asked = False
        for number in ASKED:
            signal.signal(number, self._ask)

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        self.asked = True
        signal.signal(number, signal.SIG_DFL)

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.asked and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)


@dataclass
class Child:
    """`act` is all that its process does; what it returns is the exit code. `title`: how the system's lists call it."""

    name: str
    title: str
    act: Callable[[], int]
    pid: int = 0
    started_at: float = 0.0
    failures: int = 0
    _ended: bool = field(default=True, repr=False)

    def start(self) -> None:
        self.pid, self.started_at, self._ended = fork(self.act, self.title), time.monotonic(), False

    def is_running(self) -> bool:
        if not self._ended:
            self._ended = os.waitpid(self.pid, os.WNOHANG)[0] != 0
        return not self._ended

    def signal(self, number: signal.Signals) -> None:
        if self.is_running():  # or the number may be another's by now
            os.kill(self.pid, number)


class Household:
    def __init__(self, children: list[Child]) -> None:
        self._children = children
        self._stopping = Stopping()

    def keep(self) -> int:
        gc.collect()
        gc.freeze()  # a collection in a child would write into all that is shared
        try:
            for child in self._children:
                child.start()
            while not self._stopping.asked:
                for child in self._children:
                    self._revive(child)
                self._stopping.wait(0.5)
        finally:
            self._stop()
        return 0

    def _revive(self, child: Child) -> None:
        if child.is_running():
            return
        lived = time.monotonic() - child.started_at
        child.failures = 0 if lived > STEADY_SECONDS else child.failures + 1
        pause = min(2**child.failures, 30)
        _say(f"The {child.name} stopped by itself; starting it again in {pause} s.")
        self._stopping.wait(pause)
        if not self._stopping.asked:
            child.start()

    def _stop(self) -> None:
        _say("Stopping; requests and the job at hand are finished first.")
        for child in self._children:
            child.signal(signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < until and self._running():
            time.sleep(LOOK_SECONDS)
        for child in self._running():
            child.signal(signal.SIGKILL)
            os.waitpid(child.pid, 0)

    def _running(self) -> list[Child]:
        return [child for child in self._children if child.is_running()]


def fork(act: Callable[[], int], title: str) -> int:
    """The number of a process that does this and ends with its code.

    It leads a group of its own: Ctrl-C reaches the parent alone, which then stops the children in order.
    """
    with _signals_waiting():
        pid = os.fork()
        if pid == 0:
            for number in ASKED:
                signal.signal(number, signal.SIG_DFL)
    if pid == 0:
        code = 1
        try:
            os.setsid()
            call_it(title)
            code = _code_of(act)
        finally:
            os._exit(code)  # what the parent would do at its end is not this one's to do
    return pid


def _code_of(act: Callable[[], int]) -> int:
    try:
        return act()
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else int(left.code is not None)
    except Exception:
        log.exception("%s ended by a fault of its own", os.getpid())
        return 1
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()


@contextmanager
def _signals_waiting() -> Iterator[None]:
    """One that comes now reaches a child when it no longer takes it for its parent's."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ASKED)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def call_it(title: str) -> None:
    """What the system's list of processes shows for this one."""
    with suppress(OSError):  # not every system has it, and nothing rests on it
        Path("/proc/self/comm").write_text(title)


def share_arenas() -> None:
    """Threads take memory from two places, not each from one of its own: what one lets go of, another can use."""
    with suppress(AttributeError, OSError):  # a C library without this has no arenas either
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def _say(line: str) -> None:
    # What is said goes to a log, whose disk may be full: nobody would keep the children then.
    with suppress(OSError):
        sys.stderr.write(f"{line}\n")
