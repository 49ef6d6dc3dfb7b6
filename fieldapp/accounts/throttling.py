"""Wrong passwords close a door for a while: this name from here first, then the name, then the place.

A whole site may stand behind one address, and anybody may type anybody's name. So neither the name's nor the
place's limit holds for somebody who has signed in from that place within a month: only their own mistakes do.
"""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement

from fieldapp.accounts.models import Person, SessionGrant, SignInFailure
from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.errors import TooMany
from fieldapp.keys import search_hash, sha256

WINDOW = timedelta(minutes=15)
MOST_HERE = 10  # wrong passwords of one name from one place
MOST_OF_NAME = 50  # of one name from everywhere
MOST_NAMES = 30  # different names that failed from one place
KNOWN_FOR = timedelta(days=30)
IPV6_SITE = 64  # bits: one line is given that many addresses


@dataclass(frozen=True)
class Attempt:
    """Who tries from where. `source_hash` is keyed: the address itself is kept nowhere."""

    name: str
    source_hash: str

    @property
    def name_hash(self) -> str:
        return sha256(self.name.encode())


def attempt(sign_in_name: str, address: str | None) -> Attempt:
    return Attempt(sign_in_name.strip().lower(), search_hash(_place(address or "unknown")))


def require_open(tried: Attempt) -> None:
    """Raises TooMany. Needs a transaction."""
    own = SignInFailure.name_hash == tried.name_hash
    here = SignInFailure.source_hash == tried.source_hash
    if _count(own & here) >= MOST_HERE:
        raise _too_many()
    if _count(own) < MOST_OF_NAME and _names(here) < MOST_NAMES:
        return
    if not _is_known_here(tried):
        raise _too_many()


def keep_failure(tried: Attempt) -> None:
    """Count a wrong password, and forget those that no longer count. In a transaction of its own."""
    with transaction():
        db.session.execute(db.delete(SignInFailure).where(SignInFailure.at < now() - WINDOW))
        db.session.add(SignInFailure(name_hash=tried.name_hash, source_hash=tried.source_hash))


def _place(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 6:  # noqa: PLR2004 - the protocol's own number
        return str(ipaddress.ip_network((found, IPV6_SITE), strict=False))
    return str(found)


def _count(which: ColumnElement[bool]) -> int:
    return db.session.scalar(_lately(db.func.count(), which)) or 0


def _names(which: ColumnElement[bool]) -> int:
    different = db.func.count(db.distinct(SignInFailure.name_hash))
    return db.session.scalar(_lately(different, which)) or 0


def _lately(what, which: ColumnElement[bool]):
    return (
        db.select(what).select_from(SignInFailure).where(which, SignInFailure.at > now() - WINDOW)
    )


def _is_known_here(tried: Attempt) -> bool:
    return (
        db.session.scalar(
            db.select(SessionGrant.id)
            .join(Person, Person.id == SessionGrant.person_id)
            .where(
                Person.sign_in_name == tried.name,
                SessionGrant.source_hash == tried.source_hash,
                SessionGrant.granted_at > now() - KNOWN_FOR,
            )
            .limit(1)
        )
        is not None
    )


def _too_many() -> TooMany:
    return TooMany(
        "密码错误次数过多，请 15 分钟后再试，或请管理员重置密码。",
        "Too many wrong passwords. Try again in 15 minutes or ask an administrator.",
        headers={"Retry-After": str(int(WINDOW.total_seconds()))},
    )
