"""Declaring who may call a route. A route that declares nothing stops the program at start-up."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask_login import current_user

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.errors import NotSignedIn

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed_in"
BY_TOKEN = "by_token"  # noqa: S105 - the URL itself carries a signed, expiring permission


def needs(act: Act) -> Callable[[View], View]:
    """Only people who may do this in at least one scheme; the verb checks the thing's own scheme."""
    return _declare(act)


def signed_in(view: View) -> View:
    return _declare(SIGNED_IN)(view)


def public(view: View) -> View:
    return _declare(PUBLIC)(view)


def by_token(view: View) -> View:
    return _declare(BY_TOKEN)(view)


def own_transaction(view: View) -> View:
    """This view opens its transactions itself, because it does slow work between them."""
    view.own_transaction = True  # type: ignore[attr-defined]
    return view


def records_read(view: View) -> View:
    """This GET writes a ledger entry, so it takes a writer's transaction."""
    view.records_read = True  # type: ignore[attr-defined]
    return view


def me() -> Person:
    """The signed-in person. Raises NotSignedIn."""
    if not current_user.is_authenticated:
        raise NotSignedIn()
    return cast("Person", current_user.person)


def check_declared(declared: str | Act) -> None:
    """Raise NotSignedIn or NotAllowed unless the present caller satisfies what the route declares."""
    if declared in (PUBLIC, BY_TOKEN):
        return
    person = me()
    if declared != SIGNED_IN:
        person.require(cast("Act", declared))


def _declare(access: str | Act) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark
