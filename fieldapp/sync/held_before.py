"""Whether a phone's chain can have held a link before the database was put back. Pure."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from fieldapp.evidence.chains import Kept

CLOCKS = timedelta(minutes=10)
"""How far the phone's idea of the server's time may be off."""


def contradictions(
    held: Kept, others: Collection[Kept], put_back_at: datetime, given_since: Collection[str]
) -> Iterator[str]:
    """What speaks against it, in Chinese. `others`: the same phone's; `given_since`: tasks given out after that moment.

    The server knew a part of the chain when the copy was made, and hears the rest after it was put back: a link of the
    time between stands behind the one and before the other. One that was signed later to look older cannot.
    """
    rest = [link for link in others if link.sha256 != held.sha256]
    yield from _of_its_place(held, rest)
    before = [link for link in rest if link.position < held.position]
    known = [
        link.position
        for link in rest
        if link.received_at is not None
        and link.received_at < put_back_at
        and link.position >= held.position
    ]
    if known:
        yield f"恢复之前已收到这部手机的第 {max(known)} 环，这一环却排在第 {held.position}"
    later = [link.position for link in before if link.at > put_back_at + CLOCKS]
    if later:
        yield f"排在它之前的第 {min(later)} 环签于恢复之后"
    since = [link.position for link in before if link.task_id in given_since]
    if since:
        yield f"排在它之前的第 {min(since)} 环属于恢复之后才派的任务"


def _of_its_place(held: Kept, rest: Collection[Kept]) -> Iterator[str]:
    if any(link.position == held.position for link in rest):
        yield f"第 {held.position} 环还有另一份"
    ahead = {link.sha256 for link in rest if link.position == held.position - 1}
    behind = {link.previous for link in rest if link.position == held.position + 1}
    if (ahead and held.previous not in ahead) or (behind and held.sha256 not in behind):
        yield f"第 {held.position} 环与前后环接不上"
