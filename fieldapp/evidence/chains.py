"""What is here of a phone's chain beside photos' seals. The room that keeps links says it; create_app introduces it here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Kept:
    """A link that its phone truly signed. `at`: by the server's clock, as far as the phone knew it; `received_at`: None before it is kept."""

    position: int
    sha256: str
    previous: str | None
    at: datetime
    task_id: str | None
    received_at: datetime | None = None


class Keeper(Protocol):
    def holds(self, organisation_id: str, digest: str) -> bool:
        """Whether the link of this digest is here, and truly signed by the phone that it names."""

    def links_of(self, organisation_id: str, device_sent_id: str) -> Sequence[Kept]:
        """All that is here of one phone's chain."""


_keepers: list[Keeper] = []


def tell(keeper: Keeper) -> None:
    _keepers[:] = [keeper]


def holds(organisation_id: str, sha256: str) -> bool:
    return any(keeper.holds(organisation_id, sha256) for keeper in _keepers)


def links_of(organisation_id: str, device_sent_id: str) -> list[Kept]:
    return [
        link for keeper in _keepers for link in keeper.links_of(organisation_id, device_sent_id)
    ]
