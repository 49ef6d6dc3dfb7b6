"""A wire that can be cut: a TCP proxy whose faults see every byte that travels, and where."""

import random
import re
import socket
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count

REQUEST = re.compile(rb"(GET|HEAD|POST|PUT|PATCH|DELETE) (\S+) HTTP/1\.1\r\n")
STEP = 16 << 10


class Cut(Exception):
    """End the connection. `last` still goes through, `answer` comes back."""

    def __init__(self, last: bytes = b"", answer: bytes = b"") -> None:
        super().__init__()
        self.last, self.answer = last, answer


@dataclass
class Wire:
    """One connection. `method` and `path` are of the request under way."""

    number: int
    method: str = ""
    path: str = ""
    body_sent: int = 0  # of the request under way


class Fault:
    """Nothing goes wrong. Subclasses look at, change, hold up or cut what travels; `sleep` belongs to the wire's thread."""

    def opened(self, wire: Wire) -> None: ...

    def up(self, wire: Wire, data: bytes) -> bytes:
        return data

    def down(self, wire: Wire, data: bytes) -> bytes:
        return data


@dataclass
class Proxy:
    """Listens on a free port and passes everything on to another."""

    target: int
    fault: Fault = field(default_factory=Fault)
    bodies: dict[str, int] = field(default_factory=dict)
    """Bytes of bodies passed up, by `METHOD /first path segment`."""

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listening.getsockname()[1]
        self._numbers = count()
        self._guard = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    @contextmanager
    def failing(self, fault: Fault):
        """This fault while the `with` lasts."""
        self.fault = fault
        try:
            yield fault
        finally:
            self.fault = Fault()

    def body_bytes(self, *methods: str) -> int:
        return sum(size for what, size in self.bodies.items() if what.split(" ")[0] in methods)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        wire = Wire(next(self._numbers))
        try:
            self.fault.opened(wire)
            far = socket.create_connection(("127.0.0.1", self.target), timeout=30)
        except (Cut, OSError):
            near.close()
            return
        far.settimeout(None)
        back = threading.Thread(target=self._pass, args=(far, near, wire, self._down), daemon=True)
        back.start()
        self._pass(near, far, wire, self._up)
        back.join()
        near.close()
        far.close()

    def _pass(self, source: socket.socket, sink: socket.socket, wire: Wire, look: Callable) -> None:
        with suppress(OSError):
            while data := source.recv(STEP):
                try:
                    sink.sendall(look(wire, data))
                except Cut as cut:
                    sink.sendall(cut.last)
                    source.sendall(cut.answer)
                    break
        for side in (source, sink):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)

    def _up(self, wire: Wire, data: bytes) -> bytes:
        found = REQUEST.match(data)
        if found:
            wire.method, wire.path, wire.body_sent = found[1].decode(), found[2].decode(), 0
        try:
            passed = self.fault.up(wire, data)
        except Cut as cut:
            self._count(wire, cut.last, found)
            raise
        self._count(wire, passed, found)
        return passed

    def _count(self, wire: Wire, data: bytes, found: re.Match | None) -> None:
        body = len(data.partition(b"\r\n\r\n")[2]) if found else len(data)
        wire.body_sent += body
        with self._guard:
            what = f"{wire.method} /{wire.path.split('/')[1] if wire.path else ''}"
            self.bodies[what] = self.bodies.get(what, 0) + body

    def _down(self, wire: Wire, data: bytes) -> bytes:
        return self.fault.down(wire, data)


def is_part(wire: Wire) -> bool:
    """Bytes of a photo on their way, to our own folder or to an S3."""
    return wire.method in ("PUT", "PATCH") and not wire.path.startswith("/api/")


class CutInParts(Fault):
    """Cuts part uploads after the given numbers of body bytes, one after the other; then the wire holds."""

    def __init__(self, after: list[int]) -> None:
        self._after = list(after)
        self.cuts = 0

    def up(self, wire: Wire, data: bytes) -> bytes:
        if not self._after or not is_part(wire):
            return data
        head, gap, body = data.partition(b"\r\n\r\n") if REQUEST.match(data) else (b"", b"", data)
        room = self._after[0] - wire.body_sent
        if len(body) < room:
            return data
        self._after.pop(0)
        self.cuts += 1
        raise Cut(head + gap + body[:room])


class LoseReplies(Fault):
    """The server did it; nobody hears of it. Of the requests that `match`, the first `times`."""

    def __init__(self, match: Callable[[Wire], bool], times: int = 1) -> None:
        self._match, self._left = match, times
        self.lost = 0

    def down(self, wire: Wire, data: bytes) -> bytes:
        if self._left > 0 and self._match(wire):
            self._left -= 1
            self.lost += 1
            raise Cut
        return data


class Dead(Fault):
    """Nobody there."""

    def opened(self, wire: Wire) -> None:
        raise Cut

    def up(self, wire: Wire, data: bytes) -> bytes:
        raise Cut


class Slow(Fault):
    def __init__(self, seconds: float) -> None:
        self._pause = threading.Event()
        self._seconds = seconds

    def up(self, wire: Wire, data: bytes) -> bytes:
        self._pause.wait(self._seconds)
        return data

    def down(self, wire: Wire, data: bytes) -> bytes:
        self._pause.wait(self._seconds)
        return data


class Refuse(Fault):
    """Requests that `match` get this answer, and never reach anybody."""

    def __init__(self, match: Callable[[Wire], bool], answer: bytes) -> None:
        self._match, self._answer = match, answer

    def up(self, wire: Wire, data: bytes) -> bytes:
        if self._match(wire):
            raise Cut(answer=self._answer)
        return data


class Spoil(Fault):
    """Turns one byte of what `match`es, in either direction, the first `times`."""

    def __init__(self, match: Callable[[Wire], bool], times: int = 1, *, down: bool) -> None:
        self._match, self._left, self._is_down = match, times, down
        self.spoilt = 0

    def up(self, wire: Wire, data: bytes) -> bytes:
        return data if self._is_down else self._spoilt(wire, data)

    def down(self, wire: Wire, data: bytes) -> bytes:
        return self._spoilt(wire, data) if self._is_down else data

    def _spoilt(self, wire: Wire, data: bytes) -> bytes:
        body = data.partition(b"\r\n\r\n")[2] if b"HTTP/1.1" in data[:200] else data
        if self._left <= 0 or len(body) < 64 or not self._match(wire):
            return data
        self._left -= 1
        self.spoilt += 1
        return data[:-32] + bytes([data[-32] ^ 1]) + data[-31:]


class After(Fault):
    """Calls once, from a thread of its own, when so many bytes went up."""

    def __init__(self, size: int, act: Callable[[], None]) -> None:
        self._left, self._act = size, act
        self._guard = threading.Lock()
        self.begun, self.done = threading.Event(), threading.Event()

    def up(self, wire: Wire, data: bytes) -> bytes:
        with self._guard:
            before, self._left = self._left, self._left - len(data)
        if before > 0 >= self._left:
            self.begun.set()
            threading.Thread(target=self._run, daemon=True).start()
        return data

    def _run(self) -> None:
        self._act()
        self.done.set()


class Weak(Fault):
    """A link of so many bits a second that all wires share, on which a share of the requests fails.

    Unheard, cut inside, answered that the server is busy, or done and never answered: one is as likely as another.
    """

    def __init__(self, bits_per_second: int, failing: float, chance: random.Random) -> None:
        self._seconds_a_byte = 8 / bits_per_second
        self._failing, self._chance = failing, chance
        self._guard = threading.Lock()
        self._free_at = 0.0
        self._dooms: dict[int, str] = {}
        self.requests = self.failed = 0

    def up(self, wire: Wire, data: bytes) -> bytes:
        self._travel(len(data))
        if REQUEST.match(data):
            self._begin(wire)
        doom = self._dooms.get(wire.number)
        if doom == "unheard":
            raise Cut
        if doom == "busy":
            raise Cut(answer=BUSY)
        if doom == "inside":
            raise Cut(data[: len(data) // 2])
        return data

    def down(self, wire: Wire, data: bytes) -> bytes:
        self._travel(len(data))
        if self._dooms.get(wire.number) == "unanswered":
            raise Cut
        return data

    def _begin(self, wire: Wire) -> None:
        with self._guard:
            self.requests += 1
            self._dooms.pop(wire.number, None)
            if self._chance.random() < self._failing:
                self.failed += 1
                self._dooms[wire.number] = self._chance.choice(WAYS_TO_FAIL)

    def _travel(self, size: int) -> None:
        with self._guard:
            begins = max(self._free_at, time.monotonic())
            self._free_at = begins + size * self._seconds_a_byte
            wait = self._free_at - time.monotonic()
        if wait > 0:
            time.sleep(wait)


WAYS_TO_FAIL = ("unheard", "inside", "busy", "unanswered")
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
