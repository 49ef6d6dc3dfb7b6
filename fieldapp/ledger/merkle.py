"""A Merkle log after RFC 9162: hashing, proofs and their checks. Pure: from hashes to hashes.

Hashes are 32 bytes. A proof is a list of them. `Node(level, index)` gives the root of the complete subtree over leaves
[index * 2**level, (index + 1) * 2**level); whoever keeps those makes any proof from O(log n) of them.
static/src/shared/ledger/merkle.ts checks the same proofs; tests/ledger/cases/proofs.json holds both to one table.
"""

import hashlib
from collections.abc import Callable, Sequence

Node = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256(b"").digest()


class NoSuchProof(ValueError):
    """A proof about leaves or sizes that the log does not have."""


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(size: int, node: Node) -> bytes:
    """The root of the log's first `size` leaves."""
    return _root_of(0, size, node) if size else EMPTY_ROOT


def root_of_hashes(hashes: Sequence[bytes]) -> bytes:
    """The root over these leaf hashes alone."""
    return root(len(hashes), _over(hashes))


def inclusion_proof(leaf: int, size: int, node: Node) -> list[bytes]:
    """That this leaf is among the first `size`. Raises NoSuchProof."""
    if not 0 <= leaf < size:
        raise NoSuchProof(f"the log of {size} has no leaf {leaf}")
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if leaf < middle:
            path.append(_root_of(middle, high, node))
            high = middle
        else:
            path.append(_root_of(low, middle, node))
            low = middle
    return path[::-1]


def consistency_proof(first: int, second: int, node: Node) -> list[bytes]:
    """That the log of `second` leaves begins with the log of `first`. Raises NoSuchProof."""
    if not 0 < first <= second:
        raise NoSuchProof(f"no consistency between {first} and {second}")
    path: list[bytes] = []
    low, high, whole = 0, second, True
    while first != high:
        middle = low + _split(high - low)
        if first <= middle:
            path.append(_root_of(middle, high, node))
            high = middle
        else:
            path.append(_root_of(low, middle, node))
            low, whole = middle, False
    if not whole:
        path.append(_root_of(low, high, node))
    return path[::-1]


def is_included(
    leaf: int, size: int, hash_of_leaf: bytes, proof: Sequence[bytes], expected: bytes
) -> bool:
    """RFC 9162, 2.1.3.2."""
    if not 0 <= leaf < size:
        return False
    sides = _sides(leaf, size - 1, len(proof))
    found = hash_of_leaf
    for step, on_left in zip(proof, sides or (), strict=False):
        found = node_hash(step, found) if on_left else node_hash(found, step)
    return sides is not None and found == expected


def is_consistent(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """RFC 9162, 2.1.4.2. An empty log is the beginning of every log."""
    if first == second:
        return first >= 0 and not proof and first_root == second_root
    if first == 0:
        return not proof and second > 0 and first_root == EMPTY_ROOT
    if not 0 < first < second or not proof:
        return False
    # Where the old log is a complete subtree of the new one, its root opens the path unsaid.
    start, *steps = list(proof) if first & (first - 1) else [first_root, *proof]
    number, last = _shared(first - 1, second - 1)
    sides = _sides(number, last, len(steps))
    old = new = start
    for step, on_left in zip(steps, sides or (), strict=False):
        if on_left:
            old, new = node_hash(step, old), node_hash(step, new)
        else:
            new = node_hash(new, step)
    return sides is not None and old == first_root and new == second_root


def _shared(number: int, last: int) -> tuple[int, int]:
    """Up to the root of the largest complete subtree at the old log's end."""
    while number & 1:
        number, last = number >> 1, last >> 1
    return number, last


def _sides(number: int, last: int, steps: int) -> list[bool] | None:
    """For each step up from a node to the root, whether its sibling stands on the left; None if the count is wrong."""
    sides = []
    for _ in range(steps):
        if last == 0:
            return None
        on_left = bool(number & 1) or number == last
        if on_left:  # a node at the end without sibling is carried up
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        sides.append(on_left)
        number, last = number >> 1, last >> 1
    return sides if last == 0 else None


def _split(width: int) -> int:
    """The largest power of two below `width`."""
    return 1 << (width - 1).bit_length() - 1


def _root_of(low: int, high: int, node: Node) -> bytes:
    width = high - low
    if width & (width - 1) == 0 and low % width == 0:
        level = width.bit_length() - 1
        return node(level, low >> level)
    middle = low + _split(width)
    return node_hash(_root_of(low, middle, node), _root_of(middle, high, node))


def _over(hashes: Sequence[bytes]) -> Node:
    def node(level: int, index: int) -> bytes:
        if level == 0:
            return hashes[index]
        return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    return node
