"""Visits with photos and films of real sizes, kept without a network by a browser that is killed, then sent over a weak one."""

import os
import random
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults import large_files
from tests.faults.figures import Day, note, state
from tests.faults.hands import Browser, Hand
from tests.faults.large_files import Made
from tests.faults.memory import Watch
from tests.faults.proxy import Dead, Weak
from tests.faults.rig import SURVEYOR, Rig
from tests.faults.trials import KB, MB, fault

MBIT = 1_000_000
FAILING = 0.05
LOOK_S = 1
LONGEST_S = 4 * 3600


@dataclass(frozen=True)
class Size:
    visits: int
    photos: int
    photo_bytes: int
    films: int
    film_bytes: int


WHOLE = Size(visits=10, photos=30, photo_bytes=4 * MB, films=2, film_bytes=100 * MB)
LEAST = Size(visits=2, photos=2, photo_bytes=300 * KB, films=1, film_bytes=2 * MB)
ONE = Size(visits=1, photos=30, photo_bytes=4 * MB, films=0, film_bytes=0)
LEAST_OF_ONE = Size(visits=1, photos=2, photo_bytes=100 * KB, films=0, film_bytes=0)


def size(whole: Size, least: Size) -> Size:
    """The least in the tests; the whole in a soak, or the share of it that is asked for."""
    share = min(1.0, float(os.environ.get("SOAK_SHARE", "1"))) if state() else 0.0
    if not share:
        return least
    return Size(
        visits=max(least.visits, round(whole.visits * min(1, share * 3))),
        photos=max(2, round(whole.photos * min(1, share * 3))),
        photo_bytes=whole.photo_bytes,
        films=whole.films,
        film_bytes=max(least.film_bytes, round(whole.film_bytes * share)),
    )


@fault(in_soak=1)
def a_day_offline(rig: Rig, chance: random.Random) -> None:
    """Killed once between two visits and once while it sends; 20 Mbit/s, and of a hundred requests five fail."""
    wanted = size(WHOLE, LEAST)
    _kept_and_sent(rig, chance, "a day offline", wanted, Weak(20 * MBIT, FAILING, chance))


@fault(in_soak=1)
def slow_network(rig: Rig, chance: random.Random) -> None:
    """One visit at 2 Mbit/s, on which nothing fails; killed before it is handed in and while it is sent."""
    wanted = size(ONE, LEAST_OF_ONE)
    _kept_and_sent(rig, chance, "slow network", wanted, Weak(2 * MBIT, 0, chance))


def _kept_and_sent(rig: Rig, chance: random.Random, what: str, wanted: Size, weak: Weak) -> None:
    for _ in range(wanted.visits):
        rig.task()
    before, sent = rig.truth.visits(), rig.bytes_wire.body_bytes("PUT", "PATCH")
    browser = rig.browser(camera=False)
    hand = Hand(browser)
    hand.sign_in(SURVEYOR)
    hand.takes_tasks_along()
    with _without_network(rig), Watch(lambda: browser.group) as capturing:
        begun = time.monotonic()
        files = _captured(hand, wanted, chance)
        capture_s = time.monotonic() - begun
    with _network(rig, weak), Watch(lambda: browser.group) as sending:
        begun = time.monotonic()
        _sent(rig, hand, sum(one.size for one in files) // 2 + sent)
        send_s = time.monotonic() - begun

    rig.truth.arrived_once(before, at_least=len(files), visits=wanted.visits)
    rig.truth.holds_bytes([(one.sha256, one.size) for one in files])
    total = sum(one.size for one in files)
    note(
        Day(
            what=what,
            pair=rig.pair,
            day=datetime.now(UTC).date().isoformat(),
            visits=wanted.visits,
            files=len(files),
            bytes=total,
            capture_s=round(capture_s),
            send_s=round(send_s),
            tab_capturing=capturing.most_bytes,
            tab_sending=sending.most_bytes,
            requests=weak.requests,
            failed=weak.failed,
            beside=max(0, rig.bytes_wire.body_bytes("PUT", "PATCH") - sent - total),
        )
    )


def _captured(hand: Hand, wanted: Size, chance: random.Random) -> list[Made]:
    files: list[Made] = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        for visit in range(wanted.visits):
            hand.begin_next()
            with hand.choosing() as choose:
                files += [
                    choose(large_files.photo(folder, wanted.photo_bytes, chance))
                    for _ in range(wanted.photos)
                ]
            if visit < wanted.films:
                with hand.choosing(film=True) as choose:
                    files.append(choose(large_files.film(folder, wanted.film_bytes, chance)))
            if visit == wanted.visits // 2:
                _dies(hand.browser)
                hand.opens_again()
            hand.submit()
    return files


def _sent(rig: Rig, hand: Hand, half: int) -> None:
    """The browser dies when half of it has left."""
    hand.opens_outbox()
    until = time.monotonic() + LONGEST_S
    while rig.bytes_wire.body_bytes("PUT", "PATCH") < half:
        assert time.monotonic() < until, "half of the day never left"
        time.sleep(LOOK_S)
    _dies(hand.browser)
    hand.opens_again()
    hand.until_saved(LONGEST_S * 1000)


def _dies(browser: Browser) -> None:
    browser.kill()
    browser.comes_back()


def _without_network(rig: Rig):
    return _network(rig, Dead())


def _network(rig: Rig, fault) -> ExitStack:
    """One fault on every wire of a phone."""
    wires = ExitStack()
    wires.enter_context(rig.wire.failing(fault))
    if rig.store_wire:
        wires.enter_context(rig.store_wire.failing(fault))
    return wires
