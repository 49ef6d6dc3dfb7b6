"""Announcements inside a transaction: upper rooms announce, lower rooms subscribe in create_app.

A subscriber runs at once, in the announcer's transaction: if it raises, nothing of the whole happened.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

_subscribers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(kind: type, listener: Callable[[Any], None]) -> None:
    """Have `listener` called for each announcement of `kind`; once, however often it is subscribed."""
    if listener not in _subscribers[kind]:
        _subscribers[kind].append(listener)


def announce(event: object) -> None:
    for listener in _subscribers[type(event)]:
        listener(event)
