"""Whether a link of a phone's chain is here that is no photo's seal. The room that keeps links says it; create_app introduces it here."""

from collections.abc import Callable

Teller = Callable[[str, str], bool]
"""(organisation id, sha256 of the link's text) -> kept, and truly signed by the phone that it names."""

_tellers: list[Teller] = []


def tell(teller: Teller) -> None:
    _tellers[:] = [teller]


def holds(organisation_id: str, sha256: str) -> bool:
    return any(teller(organisation_id, sha256) for teller in _tellers)
