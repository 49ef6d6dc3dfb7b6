"""After every fault: what was acknowledged is there once, byte for byte; all else is on the phone and arrives at the next try."""

import random

import pytest

from tests.faults import trials

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("kind", trials.CLASSES, ids=lambda kind: kind.name)
def test_nothing_is_lost_and_nothing_is_there_twice(rig, kind, request):
    if kind.only and kind.only not in request.node.name:
        pytest.skip(f"only {kind.only} can have this fault")
    for seed in range(kind.in_test):
        kind.trial(rig, random.Random(f"{kind.name} {seed}"))
