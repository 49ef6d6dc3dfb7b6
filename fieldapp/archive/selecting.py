"""What a bundle holds: `visit:ID`, `project:ID`, `case:ID`, `evidence:ID`, `insurer:ID`, `insurer:ID:2026`, `all`."""

from collections.abc import Iterator
from datetime import date, time

from sqlalchemy import ColumnElement, true

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.clock import at_local
from fieldapp.db import db
from fieldapp.evidence.access import may_see
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.redactions import gone

PAGE = 100


class BadSelection(ValueError):
    """No selection that we know."""


def condition(selection: str) -> ColumnElement[bool]:
    """Which evidence is meant. Raises BadSelection."""
    kind, _, rest = selection.partition(":")
    ids, _, year = rest.partition(":")
    if selection == "all":
        return true()
    if kind == "insurer" and ids:
        return (Evidence.service_insurer_id == ids) & _in_year(year)
    columns = {"project": Evidence.project_id, "evidence": Evidence.id}
    if kind in columns and ids and not year:
        return columns[kind] == ids
    if kind in ("visit", "case") and ids and not year:
        return (Evidence.subject_kind == kind) & (Evidence.subject_id == ids)
    raise BadSelection(
        f"{selection!r} is no selection: visit:ID, project:ID, case:ID, evidence:ID, insurer:ID[:YEAR], all"
    )


def pages(selection: str, viewer: Person | None = None) -> Iterator[list[str]]:
    """The ids of the selected evidence, a hundred at a time, in an order that does not change. Needs a transaction each.

    `viewer`: of that, what this person may see.
    """
    chosen, after = seen(selection, viewer), ""
    while True:
        wanted = db.select(Evidence.id).where(chosen, Evidence.id > after)
        page = list(db.session.scalars(wanted.order_by(Evidence.id).limit(PAGE)))
        if not page:
            return
        yield page
        after = page[-1]


def seen(selection: str, viewer: Person | None) -> ColumnElement[bool]:
    """`condition`, and what the viewer may see of it. Raises BadSelection."""
    chosen = condition(selection)
    return chosen if viewer is None else chosen & may_see(viewer, Act.BUNDLE_ORDER)


def deleted_of(selection: str, hashes: set[str]) -> set[str]:
    """Of these originals, those that were deleted by law and that nothing else in the selection shows. Needs a transaction."""
    chosen = db.select(Evidence.sha256).where(condition(selection))
    deleted = hashes & set(db.session.scalars(chosen.where(gone())))
    shown = chosen.where(Evidence.sha256.in_(deleted), ~gone())
    return deleted - set(db.session.scalars(shown)) if deleted else set()


def _in_year(year: str) -> ColumnElement[bool]:
    if not year:
        return true()
    if not (year.isdigit() and len(year) == 4):  # noqa: PLR2004 - digits of a year
        raise BadSelection(f"{year!r} is no year")
    first, after = (at_local(date(int(year) + n, 1, 1), time()) for n in (0, 1))
    return (Evidence.filed_at >= first) & (Evidence.filed_at < after)
