"""One visit's photos as the desk shows them: each with why it is judged singly, or for the contact sheet."""

from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.db import db
from fieldapp.desk import rules
from fieldapp.evidence import blind
from fieldapp.evidence.access import seen_by
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.views import views_of
from fieldapp.keys import derived
from fieldapp.visits.models import Visit
from fieldapp.visits.signatures import is_signature

View = dict[str, Any]


def photos_of(visit: Visit, person: Person, *, english: bool = False) -> list[View]:
    """EvidenceViews in walking order, a burst's side by side, each with `singly`: codes of why; none: it may stand on the contact sheet."""
    photos = (
        seen_by(person)
        .where(Evidence.subject_kind == "visit", Evidence.subject_id == visit.id, ~is_signature())
        .order_by(Evidence.position, Evidence.captured_at)
    )
    rows = db.session.scalars(photos).unique().all()
    views = views_of(rows, person, english=english)
    asked = [_photo(row, view, visit) for row, view in zip(rows, views, strict=True)]
    why = rules.singly(asked, derived(b"judged singly\n" + visit.id.encode()))
    shown = [
        view | {"singly": [*why[row.id], *(["blind"] if _is_blind(row, person, view) else [])]}
        for row, view in zip(rows, views, strict=True)
    ]
    return _side_by_side(shown)


def _side_by_side(views: list[View]) -> list[View]:
    """Each shot of a burst after the one before it, where the first of them stands."""
    place: dict[str, int] = {}
    for n, view in enumerate(views):
        for one in (view["id"], *view["burst"]):
            place.setdefault(one, n)
    return sorted(views, key=lambda view: (place[view["id"]], _nth(view)))


def _nth(view: View) -> int:
    return view["burst"].index(view["id"]) if view["burst"] else 0


def _photo(row: Evidence, view: View, visit: Visit) -> rules.Photo:
    answer = view["answer"] or {}
    return rules.Photo(
        id=row.id,
        visit_kind=visit.kind,
        shot=row.shot,
        media_type=view["bytes"]["media_type"],
        personal=row.personal,
        is_visible=bool(view["bytes"]["renditions"]),
        has_finding=row.finding_sent_id is not None,
        answer=answer.get("value"),
        drawn=bool(answer.get("drawn")),
        explained=any(said["visit_id"] != visit.id for said in view["explanations"]),
        flags=frozenset(flag.code for flag in row.flags),
    )


def _is_blind(row: Evidence, person: Person, view: View) -> bool:
    """Told to the authority alone: an insurer that knew the draw would look twice at what it fell on."""
    given = view["verdict"]
    return blind.is_withheld(row, person) or (
        person.kind in blind.JUDGES and given is not None and given.blind
    )
