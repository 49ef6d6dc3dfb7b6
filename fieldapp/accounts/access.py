"""Who calls: the signed-in person, and whether the route's declaration lets them in."""

from collections.abc import Callable
from typing import cast

from flask_login import current_user

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.errors import NotSignedIn
from fieldapp.routing import (
    BY_TOKEN,
    PUBLIC,
    SIGNED_IN,
    View,
    by_token,
    decides,
    declare,
    own_transaction,
    public,
    records_read,
    signed_in,
)

__all__ = [
    "by_token",
    "check_declared",
    "decides",
    "me",
    "needs",
    "own_transaction",
    "public",
    "records_read",
    "signed_in",
]


def needs(act: Act) -> Callable[[View], View]:
    """Only people who may do this in at least one scheme; the verb checks the thing's own scheme."""
    return declare(act)


def me() -> Person:
    """The signed-in person. Raises NotSignedIn."""
    if not current_user.is_authenticated:
        raise NotSignedIn
    return cast("Person", current_user.person)


def check_declared(declared: str) -> None:
    """Raise NotSignedIn or NotAllowed unless the present caller satisfies what the route declares."""
    if declared in (PUBLIC, BY_TOKEN):
        return
    person = me()
    if declared != SIGNED_IN:
        person.require(Act(declared))
