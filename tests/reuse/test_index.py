"""The mapped index against a search that compares every bit."""

import random

import pytest

from fieldapp.reuse import index as indexing
from fieldapp.reuse.index import Hit, Index


@pytest.fixture
def small(monkeypatch):
    """Segments of a few hashes, so that several are in use."""
    monkeypatch.setattr(indexing, "SEGMENT", 8)
    monkeypatch.setattr(indexing, "SEGMENT_BYTES", 8 * indexing.HASH_BYTES)


def pdq(chance: random.Random) -> str:
    return f"{chance.getrandbits(256):064x}"


def flipped(hash_: str, bits: int, chance: random.Random) -> str:
    mask = sum(1 << place for place in chance.sample(range(256), bits))
    return f"{int(hash_, 16) ^ mask:064x}"


def test_all_within_the_distance_are_found_and_no_others(tmp_path, small):
    chance = random.Random(5)
    query = pdq(chance)
    kept = {n: flipped(query, 3 * n, chance) for n in range(1, 30)}
    index = Index(tmp_path, 1)
    index.add(list(kept.items())[:11])
    index.add(list(kept.items())[11:])

    assert index.near([query], 48) == [Hit(n, 3 * n) for n in range(1, 17)]


def test_the_nearest_orientation_counts(tmp_path):
    chance = random.Random(6)
    turned = [pdq(chance) for _ in range(8)]
    index = Index(tmp_path, 1)
    index.add([(7, flipped(turned[5], 20, chance))])

    assert index.near(turned, 31) == [Hit(7, 20)]


def test_what_is_added_twice_or_out_of_order_is_there_once(tmp_path):
    chance = random.Random(7)
    one, two = pdq(chance), pdq(chance)
    Index(tmp_path, 1).add([(2, two)])
    Index(tmp_path, 1).add([(1, one), (2, two)])
    index = Index(tmp_path, 1)

    assert (len(index), index.last()) == (2, 2)
    assert index.near([one], 0) == [Hit(1, 0)]


def test_an_empty_index_finds_nothing(tmp_path):
    assert Index(tmp_path, 1).near(["0" * 64], 256) == []
