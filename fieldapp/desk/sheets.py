"""The contact sheet: what is unremarkable in a visit, looked at together and accepted together, each photo displayed.

An authority has none: each of its verdicts is a decision that its officer signs for itself.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.desk import singling
from fieldapp.desk.models import ContactSheet, SheetDisplay
from fieldapp.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from fieldapp.evidence import judging
from fieldapp.evidence.judging import Judgement, OwnCapture
from fieldapp.evidence.models import Evidence, Verdict
from fieldapp.visits.access import visit_for
from fieldapp.visits.models import Visit

LEAST_MS = 500
"""Nobody looks at a photo in less; what was before the eyes for a shorter time counts as not displayed."""

PATIENCE = timedelta(seconds=2)
"""A browser counts from when it asked for the sheet, we from when we answered."""

View = dict[str, Any]


class NotDisplayed(Conflict):
    zh = "有照片尚未显示，不能一起采信。请逐张看过，或取出单独判定。"
    en = "Some photos have not been displayed, so they cannot be accepted together. Look at each, or take it out."


class NotOnSheet(Conflict):
    zh = "有照片须单独判定（如新出现线索），不能一起采信。请刷新后逐张判定。"
    en = "Some photos must be judged singly, so they cannot be accepted together. Reload and judge them one by one."


class DwellImpossible(Invalid):
    zh = "显示时长超过打开以来的时间，未予记录。请刷新后重新查看。"
    en = "The time said is longer than the sheet has been open; nothing was kept. Reload and look again."


def begin(person: Person, visit_id: str) -> ContactSheet:
    """A sheet of this visit for this person, who serves it as a judge of quality. Raises NotFound, NotAllowed."""
    visit = visit_for(person, visit_id)
    person.require(Act.EVIDENCE_JUDGE_QUALITY, visit.scheme)
    if visit.service_insurer_id != person.organisation_id:
        raise NotAllowed
    sheet = ContactSheet(visit_id=visit.id, by_id=person.id)
    db.session.add(sheet)
    db.session.flush()
    db.session.refresh(sheet)
    return sheet


def sheet_for(person: Person, sheet_id: str) -> ContactSheet:
    """The person's own: nobody looks for somebody else. It is held: what a page tells twice at once comes one after the other.

    Raises NotFound.
    """
    sheet = db.session.get(ContactSheet, sheet_id, with_for_update={"of": ContactSheet})
    if sheet is None or sheet.by_id != person.id:
        raise NotFound
    visit_for(person, sheet.visit_id)
    return sheet


def shown(sheet: ContactSheet, person: Person) -> View:
    """{"id", "visit_id", "opened_at", "photos": [{"id", "displayed_ms"}]}: what may stand on it now, in walking order."""
    seen = _displayed(sheet)
    photos = [view for view in singling.photos_of(sheet.visit, person) if _may_stand(view, person)]
    return {
        "id": sheet.id,
        "visit_id": sheet.visit_id,
        "opened_at": sheet.opened_at,
        "photos": [{"id": one["id"], "displayed_ms": seen.get(one["id"], 0)} for one in photos],
    }


def display(sheet: ContactSheet, told: Iterable[Mapping[str, Any]]) -> None:
    """Keep for how long photos of the visit were before its judge's eyes, in all. Raises DwellImpossible, NotOnSheet."""
    open_ms = (now() - sheet.opened_at + PATIENCE) / timedelta(milliseconds=1)
    photos = _of_visit(sheet.visit)
    known = {each.evidence_id: each for each in sheet.displays}
    for place, one in enumerate(told):
        if one["evidence_id"] not in photos:
            raise NotOnSheet(where=f"/photos/{place}")
        if one["dwell_ms"] > open_ms:
            raise DwellImpossible(where=f"/photos/{place}/dwell_ms")
        row = known.get(one["evidence_id"])
        if row is None:
            row = SheetDisplay(evidence_id=one["evidence_id"], dwell_ms=one["dwell_ms"])
            sheet.displays.append(row)
            known[row.evidence_id] = row
        row.dwell_ms = max(row.dwell_ms, one["dwell_ms"])


def accept(sheet: ContactSheet, person: Person, chosen: Iterable[str]) -> list[Verdict]:
    """A verdict for each of the chosen photos, or for none of them. The same again is the same verdicts.

    Raises OwnCapture, NotOnSheet and NotDisplayed, the last two naming each photo.
    """
    ids = list(dict.fromkeys(chosen))
    photos, seen = _of_visit(sheet.visit), _displayed(sheet)
    if any(photo.captured_by_id == person.id for photo in map(photos.get, ids) if photo):
        raise OwnCapture
    views = {view["id"]: view for view in singling.photos_of(sheet.visit, person)}
    _refuse(NotOnSheet, ids, (one for one in ids if not _stands(views.get(one), sheet, person)))
    _refuse(NotDisplayed, ids, (one for one in ids if seen.get(one, 0) < LEAST_MS))
    given = {
        one: judging.give(
            photos[one], person, Judgement("accepted", seen_ms=seen[one], sheet_id=sheet.id)
        )
        for one in sorted(
            ids
        )  # each locks its photo: in one order, or two sheets wait for each other
    }
    return [given[one] for one in ids]


def _refuse(problem: type[Conflict], ids: list[str], wrong: Iterable[str]) -> None:
    faults = [Fault(f"/photos/{ids.index(one)}", problem.__name__, one) for one in wrong]
    if faults:
        raise problem(where=faults[0].where, faults=faults)


def _may_stand(view: View, person: Person) -> bool:
    """Unremarkable, not judged by this party yet, and not the person's own capture."""
    own = view["captured_by"].id == person.id
    return not view["singly"] and view["verdict"] is None and not own


def _stands(view: View | None, sheet: ContactSheet, person: Person) -> bool:
    if view is None:
        return False
    given = view["verdict"]
    return _may_stand(view, person) or (given is not None and given.sheet_id == sheet.id)


def _displayed(sheet: ContactSheet) -> dict[str, int]:
    return {each.evidence_id: each.dwell_ms for each in sheet.displays}


def _of_visit(visit: Visit) -> dict[str, Evidence]:
    rows = db.session.scalars(
        db.select(Evidence).where(Evidence.subject_kind == "visit", Evidence.subject_id == visit.id)
    )
    return {row.id: row for row in rows.unique()}
