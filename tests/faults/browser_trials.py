"""Faults of the browser itself, by a real one: each takes some seconds, so `make test` makes few of them."""

import random
from threading import Timer

from playwright.sync_api import expect

from tests.faults.hands import BrowserDied, Hand
from tests.faults.rig import SURVEYOR, Rig
from tests.faults.trials import KB, fault


@fault(in_soak=50)
def browser_killed(rig: Rig, chance: random.Random) -> None:
    """While it takes photos, hands in or sends: SIGKILL to all of its processes."""
    rig.task()
    browser, before = rig.browser(), rig.truth.visits()
    hand = Hand(browser)
    hand.begin(SURVEYOR)
    killer = Timer(chance.uniform(0.2, 6), browser.kill)
    killer.start()

    try:
        hand.shoot(chance.randrange(1, 4))
        hand.submit()
        hand.until_saved()
        browser.kill()
    except BrowserDied:
        pass  # the point of it
    killer.cancel()
    browser.comes_back()
    hand.goes_on()

    rig.truth.arrived_once(before, at_least=hand.kept)


@fault(in_soak=10)
def two_tabs(rig: Rig, chance: random.Random) -> None:
    """The visit is open in one tab, so another may not write it; both want to send it."""
    rig.task()
    browser, before = rig.browser(), rig.truth.visits()
    hand = Hand(browser)
    hand.begin(SURVEYOR)
    hand.shoot(chance.randrange(1, 4))
    other = hand.second_tab()
    other.page.goto(f"{browser.url}/field/visits/{hand.visit}")
    expect(other.page.get_by_role("alert")).to_contain_text("另一个")

    other.page.goto(f"{browser.url}/field/outbox")
    hand.submit()
    other.until_saved()
    hand.until_saved()

    rig.truth.arrived_once(before, at_least=hand.kept)


@fault(in_soak=10)
def browser_full(rig: Rig, chance: random.Random) -> None:
    """It may keep no more: what the screen said is kept is kept, and the rest was said to be refused."""
    rig.task()
    browser, before = rig.browser(), rig.truth.visits()
    hand = Hand(browser)
    hand.begin(SURVEYOR)
    with browser.room(hand.page, chance.randrange(10 * KB, 60 * KB)):
        hand.shoot(30)
    assert hand.kept < 30, "it was never full"

    hand.submit()
    hand.until_saved()

    rig.truth.arrived_once(before, at_least=hand.kept)
