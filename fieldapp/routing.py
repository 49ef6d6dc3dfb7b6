"""Declaring who may call a route and how it runs. A route that declares nothing stops the program at start-up."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import request

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed_in"
BY_TOKEN = "by_token"  # noqa: S105 - names a kind of access


def declare(access: str) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


def signed_in(view: View) -> View:
    return declare(SIGNED_IN)(view)


def public(view: View) -> View:
    return declare(PUBLIC)(view)


def by_token(view: View) -> View:
    """The URL itself carries a signed, expiring permission."""
    return declare(BY_TOKEN)(view)


def own_transaction(view: View) -> View:
    """This view opens its transactions itself, because it does slow work between them."""
    view.own_transaction = True  # type: ignore[attr-defined]
    return view


def records_read(view: View) -> View:
    """This GET writes a ledger entry, so it takes a writer's transaction."""
    view.records_read = True  # type: ignore[attr-defined]
    return view


def decides(view: View) -> View:
    """What this view does decides over others: an authority's request must be signed by the person's own key."""
    view.decides = True  # type: ignore[attr-defined]
    return view


def english_asked() -> bool:
    """Whether this caller prefers English to Chinese."""
    return request.accept_languages.best_match(["zh", "en"], default="zh") == "en"
