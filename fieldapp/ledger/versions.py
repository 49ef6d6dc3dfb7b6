"""Which version of an editable thing somebody saw: a strong ETag of its rows, asked back with If-Match."""

from flask import request

from fieldapp.db import Base
from fieldapp.errors import PreconditionRequired, Stale
from fieldapp.keys import canonical, search_hash
from fieldapp.ledger.recording import row_as_json


def etag_of(*rows: Base) -> str:
    """Keyed, so that nobody can try out the personal values of a row against it."""
    told = canonical([row_as_json(row) for row in rows]).decode()
    return f'"{search_hash(told)[:32]}"'


def tagged(*rows: Base) -> dict[str, str]:
    """The header for a reply that shows these rows."""
    return {"ETag": etag_of(*rows)}


def require_match(*rows: Base) -> None:
    """Raise PreconditionRequired without If-Match, Stale when the rows are no longer what the caller saw."""
    seen = request.headers.get("If-Match")
    if seen is None:
        raise PreconditionRequired
    if seen.strip() not in ("*", etag_of(*rows)):
        raise Stale(headers=tagged(*rows))
