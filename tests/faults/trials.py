"""The faults, one function a class: made from a seed, so that a trial that fails can be had again."""

import random
import re
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier, Timer

from tests.faults.phones import PhoneDied
from tests.faults.proxy import REQUEST, After, CutInParts, Fault, LoseReplies, Slow, Wire
from tests.faults.rig import SURVEYOR, Rig
from tests.fixtures.town import PASSWORD

KB, MB = 1 << 10, 1 << 20
PART = 5 * MB
AGAIN_ON_A_FOLDER = 256 * KB
"""Bytes that a cut may cost where a part can be gone on with; elsewhere the whole part."""
SMALLEST = 200 * KB
A_DAY_MS = 24 * 3600 * 1000
TWO_MONTHS_MS = 60 * 24 * 3600_000


@dataclass(frozen=True)
class Class:
    """`in_test`: how many trials each run of the tests makes; `in_soak`: how many a soak makes."""

    name: str
    trial: Callable[[Rig, random.Random], None]
    in_test: int
    in_soak: int


CLASSES: list[Class] = []


def fault(in_soak: int, *, in_test: int = 1):
    def register(trial: Callable[[Rig, random.Random], None]):
        CLASSES.append(Class(trial.__name__, trial, in_test, in_soak))
        return trial

    return register


@fault(in_soak=20)
def nothing_goes_wrong(rig: Rig, chance: random.Random) -> None:
    phone = rig.phone()
    phone.visit(rig.task(), photos(chance), chance.randrange(1 << 30))

    rig.arrives(phone)


@fault(in_soak=100)
def server_killed(rig: Rig, chance: random.Random) -> None:
    phone = rig.phone()
    sizes = photos(chance)
    phone.visit(rig.task(), sizes, chance.randrange(1 << 30))
    what = chance.choices(("web", "worker", "all"), (8, 1, 1))[0]
    after = chance.randrange(sum(sizes) + 20 * KB)

    with rig.wire.failing(After(after, lambda: rig.house.kill(what))) as killing:
        phone.sync()
        if not killing.done.wait(0.1):
            rig.house.kill(what)  # on S3 the photos travel past the server
    rig.house.comes_back()

    rig.arrives(phone)


@fault(in_soak=50)
def phone_killed(rig: Rig, chance: random.Random) -> None:
    """While it shoots, hands in or sends."""
    phone = rig.phone()
    task, seed, sizes = rig.task(), chance.randrange(1 << 30), photos(chance)
    phone.tell("tasks")
    killer = Timer(chance.random() * 0.8, phone.kill)
    killer.start()

    try:
        phone.tell("shoot", task=task, sizes=sizes, seed=seed)
        phone.tell("finish", task=task)
        phone.sync()
        phone.kill()
    except PhoneDied:
        pass  # the point of it
    killer.cancel()
    killer.join()  # it must not reach the phone that comes back
    phone.comes_back()

    rig.truth.holds(phone)
    phone.tell("tasks")
    phone.tell("finish", task=task)
    if phone.tell("state")["parcels"]:
        rig.arrives(phone)
    else:
        assert phone.kept == [], "a photo was kept, so there is a draft to hand in"


@fault(in_soak=40)
def network_cut(rig: Rig, chance: random.Random) -> None:
    """Inside every part of a film of three."""
    phone = rig.phone()
    size = 2 * PART + chance.randrange(1, PART)
    phone.visit(rig.task(), [size], chance.randrange(1 << 30))
    places = [chance.randrange(1, part) for part in (PART, PART, size - 2 * PART)]
    before = rig.bytes_wire.body_bytes("PUT", "PATCH")

    with rig.bytes_wire.failing(CutInParts(places)) as cutting:
        for _ in range(3 * len(places)):
            phone.sync()
            if cutting.cuts == len(places):
                break
    rig.arrives(phone)

    again = rig.bytes_wire.body_bytes("PUT", "PATCH") - before - size
    assert again <= len(places) * (PART if rig.on_s3 else AGAIN_ON_A_FOLDER), again


@fault(in_soak=100)
def reply_lost(rig: Rig, chance: random.Random) -> None:
    """The server did what it was asked, and nobody heard of it."""
    phone = rig.phone()
    phone.visit(rig.task(), photos(chance), chance.randrange(1 << 30))
    asked = chance.choice(("/api/visits/", "/uploads", "/api/uploads", "/completions", "/receipt"))
    wire = rig.wire
    if asked == "/uploads" and rig.on_s3:
        wire, asked = rig.bytes_wire, "/"

    with wire.failing(LoseReplies(lambda at: asked in at.path, times=chance.randrange(1, 4))):
        phone.sync()
        phone.sync()

    rig.arrives(phone)


@fault(in_soak=10)
def fifty_replays_at_once(rig: Rig, chance: random.Random) -> None:
    """One package, record and completion, from fifty connections together."""
    phone = rig.phone()
    visit = phone.visit(rig.task(), photos(chance), chance.randrange(1 << 30))
    heard = Recording(lambda at: at.path.startswith("/api/") and at.method in ("PUT", "POST"))
    with rig.wire.failing(heard):
        phone.sync_until_settled(rig.truth.make_haste)
    assert any(visit["id"] in said.partition(b"\r\n")[0].decode() for said in heard.requests)
    before = rig.truth.tables()

    for said in heard.requests:
        statuses = at_once(50, lambda said=said: raw(rig.house.port, said))
        assert set(statuses) <= {200, 503}, statuses
    assert rig.truth.tables() == before

    rig.arrives(phone)


@fault(in_soak=10)
def replayed_after_a_month(rig: Rig, chance: random.Random) -> None:
    """Sent, unheard, and offered again when session, links, inboxes and tasks are long over."""
    phone = rig.phone()
    phone.visit(rig.task(), photos(chance), chance.randrange(1 << 30))
    unheard = chance.choice(("/api/visits/", "/completions", "/receipt"))
    with rig.wire.failing(LoseReplies(lambda at: unheard in at.path, times=9)):
        phone.sync()
    rig.truth.holds(phone)

    rig.truth.a_month_passes()
    phone.move_clock(5_000)
    phone.sync()
    rig.truth.holds(phone)
    phone.tell("password", name=SURVEYOR, password=PASSWORD)

    rig.arrives(phone)


@fault(in_soak=40)
def parts_out_of_order(rig: Rig, chance: random.Random) -> None:
    """Every part twice, in any order, with others of another file between them."""
    sender = rig.sender()
    files = [chance.randbytes(PART + chance.randrange(1, 200 * KB)) for _ in range(2)]
    targets = [sender.target(file) for file in files]
    sends = [
        (part["url"], file[(part["number"] - 1) * PART :][: part["size"]])
        for target, file in zip(targets, files, strict=True)
        for part in target["parts"]
    ] * 2
    chance.shuffle(sends)

    for url, piece in sends:
        assert sender.put(url, piece) == 200
    for target in (*targets, *targets):
        sender.complete(target)

    rig.truth.holds_bytes([sender.settled(file, rig.truth.make_haste) for file in files])


@fault(in_soak=20)
def store_down(rig: Rig, chance: random.Random) -> None:
    """An S3 that does not answer; a folder whose disk is not mounted: it is there, and empty."""
    phone = rig.phone()
    phone.visit(rig.task(), photos(chance), chance.randrange(1 << 30))

    with rig.store_away():
        phone.sync()
        rig.truth.holds(phone) if rig.on_s3 else None
        phone.sync()

    rig.arrives(phone)


@fault(in_soak=20)
def store_full(rig: Rig, chance: random.Random) -> None:
    phone = rig.phone()
    phone.visit(rig.task(), [3 * MB, 200 * KB], chance.randrange(1 << 30))

    with rig.store_full(2 * MB):
        phone.sync()
        rig.truth.holds(phone)
        phone.sync()

    rig.arrives(phone)


@fault(in_soak=20)
def store_slow(rig: Rig, chance: random.Random) -> None:
    phone = rig.phone()
    phone.visit(rig.task(), [chance.randrange(1, 100 * KB)], chance.randrange(1 << 30))

    with rig.bytes_wire.failing(Slow(chance.uniform(0.01, 0.05))):
        phone.sync()

    rig.arrives(phone)


@fault(in_soak=20)
def store_returns_wrong_bytes(rig: Rig, chance: random.Random) -> None:
    """What the store gives back is not what was sent: never adopted, never receipted, sent anew."""
    phone = rig.phone()
    phone.visit(rig.task(), [200 * KB], chance.randrange(1 << 30))

    with rig.store_spoiling():
        phone.sync()
        rig.truth.make_haste()
        phone.sync()
        rig.truth.holds(phone)

    rig.arrives(phone)


@fault(in_soak=20)
def database_restarted(rig: Rig, chance: random.Random) -> None:
    """In the middle of a visit's sending. An SQLite file has no server: all that have it open are killed."""
    phone = rig.phone()
    sizes = photos(chance)
    phone.visit(rig.task(), sizes, chance.randrange(1 << 30))
    after = chance.randrange(60 * KB if rig.on_s3 else sum(sizes))

    with rig.wire.failing(After(after, rig.restart_database)) as restarting:
        phone.sync()
    if restarting.begun.is_set():
        assert restarting.done.wait(30), "the database was not back within half a minute"
    else:
        rig.restart_database()
    rig.house.comes_back()

    rig.arrives(phone)


@fault(in_soak=20)
def database_locked(rig: Rig, chance: random.Random) -> None:
    phone = rig.phone()
    phone.visit(rig.task(), photos(chance), chance.randrange(1 << 30))

    with rig.database_locked(chance.uniform(0.2, 1.5)):
        phone.sync()

    rig.arrives(phone)


@fault(in_soak=20)
def server_disk_full(rig: Rig, chance: random.Random) -> None:
    """No file may grow: neither database nor store nor log."""
    phone = rig.phone()
    phone.visit(rig.task(), photos(chance), chance.randrange(1 << 30))

    with rig.house.no_file_larger_than(chance.choice((0, 4 * KB, 64 * KB))):
        phone.sync()
        phone.sync()
    rig.house.comes_back()

    rig.arrives(phone)


@fault(in_soak=10)
def database_put_back(rig: Rig, chance: random.Random) -> None:
    """Yesterday's database beside the whole store: what was acknowledged since is offered again, its bytes are adopted.

    Of one visit the copy has no task either: a person lets it in.
    """
    phone = rig.phone()
    first, second = rig.task(), rig.task()
    phone.visit(first, large_photos(chance), chance.randrange(1 << 30))
    phone.sync_until_settled(rig.truth.make_haste)
    yesterday = rig.copied_database()
    for task in (second, rig.task()):
        phone.visit(task, large_photos(chance), chance.randrange(1 << 30))
    phone.sync_until_settled(rig.truth.make_haste)
    rig.truth.is_complete(phone, 3)
    before, sent = rig.truth.tables(), rig.bytes_wire.body_bytes("PUT", "PATCH")

    rig.put_back(yesterday)
    assert rig.truth.tables() != before, "the database that was put back lacks a visit"
    if chance.random() < 0.5:
        with rig.wire.failing(LoseReplies(lambda at: at.path.startswith("/api/"), times=2)):
            phone.sync(insist=True)
    phone.sync_until_settled(rig.truth.make_haste)
    assert rig.lets_in_what_waits(), "the visit whose task was lost waits"

    rig.truth.is_complete(phone, 3)
    assert rig.truth.tables() == before
    again = rig.bytes_wire.body_bytes("PUT", "PATCH") - sent
    assert again < SMALLEST, f"{again} bytes travelled again that the store has"


@fault(in_soak=40)
def phone_full(rig: Rig, chance: random.Random) -> None:
    """The browser refuses to keep more: what it said is kept is kept, what it refused was said to be refused."""
    phone = rig.phone()
    task, sizes = rig.task(), [chance.randrange(50 * KB, 300 * KB) for _ in range(4)]
    phone.tell("tasks")
    phone.tell("room", bytes=chance.randrange(20 * KB, sum(sizes)))
    shot = phone.try_to("shoot", task=task, sizes=sizes, seed=chance.randrange(1 << 30))
    assert shot.get("error") in (None, "NoSpace"), shot
    handed_in = phone.try_to("finish", task=task)
    assert handed_in.get("error") in (None, "NoSpace"), handed_in
    rig.truth.holds(phone)

    phone.tell("room", bytes=None)
    phone.tell("shoot", task=task, sizes=[KB], seed=chance.randrange(1 << 30))
    phone.tell("finish", task=task)

    rig.arrives(phone)


@fault(in_soak=40)
def two_runners(rig: Rig, chance: random.Random) -> None:
    """Two tabs of one browser want to send at the same moment."""
    phone = rig.phone()
    phone.visit(rig.task(), photos(chance), chance.randrange(1 << 30))

    ended = phone.tell("sync", runners=3)["ended"]

    assert sorted(ended)[-2:] == ["taken", "taken"], ended
    rig.arrives(phone)


@fault(in_soak=40)
def clock_moved(rig: Rig, chance: random.Random) -> None:
    """Back or forward by up to two months, before and again in the middle.

    What says that it was filled in days after it came waits for a person, as everything of a clock ahead would pass for
    later than what an authority saw meanwhile.
    """
    phone = rig.phone()
    moved = int(chance.uniform(-TWO_MONTHS_MS, TWO_MONTHS_MS))
    phone.move_clock(moved)
    phone.visit(rig.task(), photos(chance), chance.randrange(1 << 30))
    with rig.bytes_wire.failing(CutInParts([1])):
        phone.sync()

    phone.move_clock(int(chance.uniform(-TWO_MONTHS_MS, TWO_MONTHS_MS)))

    rig.truth.holds(phone)
    phone.sync_until_settled(rig.truth.make_haste)
    assert rig.lets_in_what_waits() == (moved > A_DAY_MS)
    rig.truth.is_complete(phone, 1)


@fault(in_soak=5)
def upgraded_in_the_middle(rig: Rig, chance: random.Random) -> None:
    """A later server with one more step of the tables takes over while a visit is half sent; the phone restarts too."""
    phone = rig.phone()
    phone.visit(rig.task(), photos(chance), chance.randrange(1 << 30))
    with rig.bytes_wire.failing(CutInParts([chance.randrange(KB)])):
        phone.sync()

    with rig.later_program():
        rig.truth.holds(phone)
        phone.kill()
        phone.comes_back()
        rig.arrives(phone)


class Recording(Fault):
    """Keeps the requests that `match`, whole."""

    def __init__(self, match: Callable[[Wire], bool]) -> None:
        self._match = match
        self._parts: dict[tuple[int, str], bytes] = {}

    @property
    def requests(self) -> list[bytes]:
        return list(self._parts.values())

    def up(self, wire: Wire, data: bytes) -> bytes:
        if self._match(wire):
            what = (wire.number, f"{wire.method} {wire.path}")
            self._parts[what] = data if REQUEST.match(data) else self._parts[what] + data
        return data


def raw(port: int, request: bytes) -> int:
    """Send a request as it was heard; its reply's status."""
    alone = re.sub(rb"(?i)connection: keep-alive", b"Connection: close", request)
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(alone)
        said = b""
        while b"\r\n" not in said:
            said += connection.recv(4096)
        return int(said.split(b" ")[1])


def at_once(how_many: int, act: Callable[[], int]) -> list[int]:
    gate = Barrier(how_many)

    def run(_: int) -> int:
        gate.wait()
        return act()

    with ThreadPoolExecutor(how_many) as pool:
        return list(pool.map(run, range(how_many)))


def large_photos(chance: random.Random) -> list[int]:
    """Each larger than all records together."""
    return [chance.randrange(SMALLEST, 2 * SMALLEST) for _ in range(chance.randrange(1, 4))]


def photos(chance: random.Random) -> list[int]:
    """Sizes in bytes of the photos of a visit."""
    return [chance.randrange(1, 300 * KB) for _ in range(chance.randrange(1, 5))]
