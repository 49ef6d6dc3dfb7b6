"""Who acts now: set by the request, the job or the command, read when an entry is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    kind: str  # person | system | nobody
    id: str | None = None
    organisation_id: str | None = None
    signed_act_id: str | None = None  # what the person signed to have this done


NOBODY = Actor("nobody")
_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)


def current() -> Actor:
    return _actor.get() or NOBODY


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)
