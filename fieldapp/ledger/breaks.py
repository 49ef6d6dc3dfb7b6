"""Telling a declared break from a rewritten log, with nothing but what the server shows and what was seen before."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fieldapp.keys import verifies
from fieldapp.ledger import checkpoints, merkle
from fieldapp.ledger.checkpoints import Statement
from fieldapp.ledger.restorations import Break, NotARestoration, Root, read

Json = dict[str, Any]
Fetch = Callable[[str], Json]

MOST_EARLIER = 40
A_DAY = len("2026-11-22")


def excusing(
    seen: Statement,
    said: Statement,
    earlier: Sequence[str],
    keys: Mapping[str, str],
    fetch: Fetch,
) -> str | None:
    """The body of the declaration by which the log of `said` may lack what `seen` had; None: nothing excuses it.

    It must be signed by the log's key, after `seen`, about just the part of the log that `seen` ended in; and the log
    shown must begin with what the latest declaration kept, and with whatever was seen of that before.
    """
    declared = [one for one in _declared(keys, fetch) if one.origin == seen.origin == said.origin]
    found = next((one for one in reversed(declared) if _covers(one, seen)), None)
    if found is None or not _begins_with(declared[-1].kept, said, fetch):
        return None
    before = [checkpoints.read(body) for body in earlier]
    kept = [one for one in before if one.size <= found.kept.size]
    for one in kept[-1:]:
        if not _begins_with(Root(one.size, one.root, one.at), said, fetch):
            return None
    return found.signed_text().decode()


def remembered(earlier: Sequence[str], body: str | None) -> list[str]:
    """The last checkpoint of each day, oldest first."""
    if body is None:
        return list(earlier)
    day = checkpoints.read(body).at[:A_DAY]
    others = [one for one in earlier if checkpoints.read(one).at[:A_DAY] != day]
    return [*others, body][-MOST_EARLIER:]


def _declared(keys: Mapping[str, str], fetch: Fetch) -> list[Break]:
    """Those that a known key signed, the earliest first."""
    found = []
    for one in fetch("/api/restorations").get("items", []):
        try:
            declared = read(one["body"])
            key = keys.get(declared.key_id)
        except (KeyError, TypeError, NotARestoration):
            continue
        if key is not None and verifies(key, one["signature"], one["body"].encode()):
            found.append(declared)
    return sorted(found, key=lambda one: one.at)


def _covers(declared: Break, seen: Statement) -> bool:
    if not declared.kept.size < seen.size <= declared.lost.size or seen.at > declared.at:
        return False
    return seen.size < declared.lost.size or seen.root == declared.lost.root


def _begins_with(old: Root, said: Statement, fetch: Fetch) -> bool:
    if old.size == said.size:
        return old.root == said.root
    if old.size > said.size:
        return False
    given = fetch(f"/api/proofs/consistency?from={old.size}&to={said.size}").get("proof", [])
    try:
        proof = [bytes.fromhex(step) for step in given]
    except (TypeError, ValueError):
        return False
    roots = bytes.fromhex(old.root), bytes.fromhex(said.root)
    return merkle.is_consistent(old.size, said.size, *roots, proof)
