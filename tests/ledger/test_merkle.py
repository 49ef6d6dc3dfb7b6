"""The log's hashes and proofs against RFC 9162's own definitions, spelt out by the book here."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.ledger import merkle
from fieldapp.ledger.merkle import NoSuchProof, leaf_hash, node_hash

CASES = json.loads((Path(__file__).parent / "cases" / "proofs.json").read_text())
# Of the leaves "", 00, 10, 2021, 3031, 40414243, 5051525354555657, 606162636465666768696a6b6c6d6e6f: the published test log.
PUBLISHED_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
PUBLISHED_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def by_the_book(hashes: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(by_the_book(hashes[:split]), by_the_book(hashes[split:]))


def node_of(hashes: list[bytes]):
    return lambda level, index: by_the_book(hashes[index << level : (index + 1) << level])


def test_the_published_log_has_the_published_roots():
    hashes = [leaf_hash(data) for data in PUBLISHED_LEAVES]

    for size, expected in PUBLISHED_ROOTS.items():
        assert merkle.root_of_hashes(hashes[:size]).hex() == expected
    assert merkle.root(0, node_of([])) == merkle.EMPTY_ROOT


@given(st.integers(0, 300))
def test_the_root_is_the_one_of_the_book(size):
    assert merkle.root_of_hashes(leaves(size)) == by_the_book(leaves(size))


def test_every_leaf_of_every_small_log_is_proved():
    for size in range(1, 40):
        hashes = leaves(size)
        root = by_the_book(hashes)
        for leaf in range(size):
            proof = merkle.inclusion_proof(leaf, size, node_of(hashes))
            assert merkle.is_included(leaf, size, hashes[leaf], proof, root)
            assert not merkle.is_included(leaf, size, leaf_hash(b"other"), proof, root)
            assert not merkle.is_included(leaf, size, hashes[leaf], [*proof, root], root)
            assert not merkle.is_included(leaf, size, hashes[leaf], proof[1:], root) or size == 1


def test_every_small_log_is_proved_to_begin_with_each_shorter_one():
    for second in range(1, 40):
        hashes = leaves(second)
        new = by_the_book(hashes)
        for first in range(1, second + 1):
            old = by_the_book(hashes[:first])
            proof = merkle.consistency_proof(first, second, node_of(hashes))
            assert merkle.is_consistent(first, second, old, new, proof)
            assert not merkle.is_consistent(first, second, leaf_hash(b"other"), new, proof)
            assert not merkle.is_consistent(first, second, old, leaf_hash(b"other"), proof)
            assert not merkle.is_consistent(first, second, old, new, [*proof, new])


@given(st.data())
def test_a_log_that_differs_in_one_leaf_is_consistent_with_nothing_after_it(data):
    size = data.draw(st.integers(2, 60))
    first = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, first - 1))
    hashes, forged = leaves(size), leaves(size)
    forged[changed] = leaf_hash(b"forged")
    proof = merkle.consistency_proof(first, size, node_of(forged))

    assert not merkle.is_consistent(
        first, size, by_the_book(hashes[:first]), by_the_book(forged), proof
    )


def test_every_log_begins_with_the_empty_one():
    assert merkle.is_consistent(0, 3, merkle.EMPTY_ROOT, by_the_book(leaves(3)), [])
    assert not merkle.is_consistent(0, 3, by_the_book(leaves(1)), by_the_book(leaves(3)), [])


@pytest.mark.parametrize(("leaf", "size"), [(0, 0), (3, 3), (-1, 2)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(leaf, size):
    with pytest.raises(NoSuchProof):
        merkle.inclusion_proof(leaf, size, node_of(leaves(size)))
    assert not merkle.is_included(leaf, size, leaves(1)[0], [], leaves(1)[0])


@pytest.mark.parametrize(("first", "second"), [(0, 3), (4, 3), (-1, 3)])
def test_there_is_no_consistency_with_a_longer_log(first, second):
    with pytest.raises(NoSuchProof):
        merkle.consistency_proof(first, second, node_of(leaves(3)))


@pytest.mark.parametrize("case", CASES["inclusion"], ids=lambda case: case["name"])
def test_the_shared_cases_of_inclusion(case):
    said = merkle.is_included(
        case["leaf"],
        case["size"],
        bytes.fromhex(case["hash"]),
        [bytes.fromhex(step) for step in case["proof"]],
        bytes.fromhex(case["root"]),
    )
    assert said is case["holds"]


@pytest.mark.parametrize("case", CASES["consistency"], ids=lambda case: case["name"])
def test_the_shared_cases_of_consistency(case):
    said = merkle.is_consistent(
        case["from"],
        case["to"],
        bytes.fromhex(case["from_root"]),
        bytes.fromhex(case["to_root"]),
        [bytes.fromhex(step) for step in case["proof"]],
    )
    assert said is case["holds"]
