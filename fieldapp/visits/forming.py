"""A form's answers as rows keep them, and back as the form's rules take them."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fieldapp.checklists.forms.answering import Filled, Row, path_of
from fieldapp.checklists.forms.template import FormEdition
from fieldapp.clock import iso
from fieldapp.db import db, plain_json
from fieldapp.visits.models import Visit, VisitForm


def fill_in(visit: Visit, said: Mapping[str, Any], form: FormEdition) -> None:
    """The visit's form as `said`, the form of an accepted record; a later record rewrites it in place."""
    if visit.form is None:
        visit.form = VisitForm(visit_id=visit.id)
    for name, value in form_rows(said, form).items():
        # Encrypting the same again would look like a change to the ledger.
        if getattr(visit.form, name) != value:
            setattr(visit.form, name, value)
    db.session.flush()


def form_rows(said: Mapping[str, Any], form: FormEdition) -> dict[str, Any]:
    """The columns of a VisitForm: {"rows", "values", "personal"}. `said`: the record's form."""
    personal = {asked.id for _, asked in form.fields() if asked.personal != "none"}
    by_path = dict(_by_path(said))
    apart = {path: raw for path, raw in by_path.items() if path.rpartition("/")[2] in personal}
    return {
        "rows": {group: [row["id"] for row in rows] for group, rows in said["rows"].items()},
        "values": {path: raw for path, raw in by_path.items() if path not in apart},
        "personal": plain_json(apart),
    }


def filled_in(kept: VisitForm, visit: Visit, photos: Sequence[str]) -> Filled:
    """What the surveyor filled in, personal answers too: for computing, never for showing."""
    by_path = said_by_path(kept)
    return Filled(
        values={path: raw for path, raw in by_path.items() if "/" not in path},
        rows={
            group: [Row(row_id, _of_row(by_path, f"{group}/{row_id}/")) for row_id in ids]
            for group, ids in kept.rows.items()
        },
        photos=photos,
        context=context_of(
            visit.scheme, visit.finished_at, visit.task.context if visit.task else {}
        ),
    )


def said_by_path(kept: VisitForm) -> dict[str, Any]:
    """Every raw answer by path, personal ones too: for comparing and computing, never for showing."""
    return {**kept.values, **personal_of(kept)}


def context_of(scheme: str, finished_at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    """What every form knows beside its task's own context. The present of a record is its own, whoever judges it when."""
    return {**given, "visit.scheme": scheme, "record.finished_at": iso(finished_at)}


def personal_of(kept: VisitForm) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(kept.personal)
    return found


def _by_path(said: Mapping[str, Any]) -> list[tuple[str, Any]]:
    of_form = list(said["values"].items())
    of_rows = [
        (path_of(name, group, Row(row["id"], {})), raw)
        for group, rows in said["rows"].items()
        for row in rows
        for name, raw in row["values"].items()
    ]
    return [*of_form, *of_rows]


def _of_row(by_path: Mapping[str, Any], start: str) -> dict[str, Any]:
    return {path[len(start) :]: raw for path, raw in by_path.items() if path.startswith(start)}
