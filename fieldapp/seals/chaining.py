"""What a phone's chain tells beside its photos: what is missing, forked, out of order, taken back. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

HIGH, MEDIUM, LOW = "high", "medium", "low"
SKEW = timedelta(minutes=2)  # a phone that corrects its clock by less means nothing by it


@dataclass(frozen=True)
class Link:
    """As received. `offset`: the server's clock less the phone's, where the phone knew it; `by`: who brought it.

    `lasting`: a film or a recording, whose `at` is when it began and whose place is where it ended.
    """

    position: int
    sha256: str
    previous: str | None
    kind: str
    at: datetime
    offset: timedelta | None = None
    valid: bool = True
    by: str = ""
    lasting: bool = False


@dataclass(frozen=True)
class Notice:
    """A hint with what its sentence needs; a person judges. `first` and `last` are positions in the chain."""

    code: str
    severity: str
    first: int = 0
    last: int = 0
    count: int = 0
    at: datetime | None = None
    until: datetime | None = None
    name: str = field(default="")


def notices(links: Iterable[Link]) -> list[Notice]:
    """Of one phone's links, whatever their order; the worst first. What it did not sign is no part of its chain."""
    at_position: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        if link.valid:
            at_position[link.position].append(link)
    chain = [at_position[position] for position in sorted(at_position)]
    found = [*_forks(chain), *_breaks(chain), *_gaps(chain), *_clock(chain)]
    return sorted(found, key=lambda notice: (HIGH, MEDIUM, LOW).index(notice.severity))


def forged(links: Iterable[Link]) -> list[Notice]:
    """One for each person who brought links that the phone they name never signed."""
    brought: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        if not link.valid:
            brought[link.by].append(link)
    return [
        Notice("seal_invalid", HIGH, count=len(theirs), at=min(one.at for one in theirs), name=by)
        for by, theirs in brought.items()
    ]


def _forks(chain: Sequence[list[Link]]) -> Iterator[Notice]:
    for links in chain:
        if len({link.sha256 for link in links}) > 1:
            first = min(links, key=lambda link: link.at)
            yield Notice("fork", HIGH, first.position, first.position, len(links), first.at)


def _breaks(chain: Sequence[list[Link]]) -> Iterator[Notice]:
    """The chain of an older version of the app had no positions: what came before the first one is not looked at."""
    for before, here in _neighbours(chain):
        known = {link.sha256 for link in before}
        for link in here:
            if before[0].position == link.position - 1 and link.previous not in known:
                yield Notice("broken", HIGH, link.position, link.position, at=link.at)


def _gaps(chain: Sequence[list[Link]]) -> Iterator[Notice]:
    if chain and (oldest := chain[0][0]).position > 1:
        before_it = oldest.position - 1
        yield Notice("gap", MEDIUM, 1, before_it, before_it, None, oldest.at)
    for before, here in _neighbours(chain):
        first, last = before[0].position + 1, here[0].position - 1
        if first <= last:
            yield Notice("gap", MEDIUM, first, last, last - first + 1, before[0].at, here[0].at)


def _clock(chain: Sequence[list[Link]]) -> Iterator[Notice]:
    for before, here in _neighbours([links for links in chain if not links[0].lasting]):
        back = _back(before[0], here[0])
        if back > SKEW:
            minutes = round(back.total_seconds() / 60)
            yield Notice(
                "clock_back", MEDIUM, here[0].position, here[0].position, minutes, here[0].at
            )


def _back(before: Link, here: Link) -> timedelta:
    """By the server's clock where both know it: a wrong clock that was put right went back as little as any."""
    if before.offset is None or here.offset is None:
        return before.at - here.at
    return (before.at + before.offset) - (here.at + here.offset)


def _neighbours(chain: Sequence[list[Link]]) -> Iterator[tuple[list[Link], list[Link]]]:
    return pairwise(chain)
