"""After every fault: what was acknowledged is there once, byte for byte; all else is on the phone and arrives at the next try."""

import pytest

from tests.faults import figures, soaking, trials

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("kind", trials.CLASSES, ids=lambda kind: kind.name)
def test_nothing_is_lost_and_nothing_is_there_twice(rig, kind, request):
    rig.playwright = lambda: request.getfixturevalue("playwright")
    state = figures.state()
    if state is None:
        for seed in range(kind.in_test):
            soaking.run(kind, seed, rig)
        return
    wrong = [found for found in soaking.soak(kind, rig, state) if found.outcome != "held"]
    assert wrong == []
