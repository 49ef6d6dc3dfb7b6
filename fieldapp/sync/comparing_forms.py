"""A newer form beside the one that stands: answers may be added, none is changed or taken back unseen. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from fieldapp.checklists.forms.answering import Row, path_of
from fieldapp.sync.reasons import Reason, pointer, reason


def form_softenings(record: Mapping[str, Any], standing: Mapping[str, Any]) -> Iterator[Reason]:
    """`standing`: the raw answers accepted before, by path. No reason repeats an answer: it may name somebody."""
    places = {path: (where, raw) for path, where, raw in _said(record["form"])}
    shown = {evidence["question"] for evidence in record["evidence"]}
    for path, was in standing.items():
        if _says_nothing(was):
            continue
        if path in places:
            where, raw = places[path]
            if raw != was:
                yield reason("softened", where, f"已有的回答被改动 {path}")
        elif not (_is_unavailable(was) and path in shown):
            yield reason("softened", "/form", f"已有的回答被撤去 {path}")


def _said(form: Mapping[str, Any] | None) -> Iterator[tuple[str, str, Any]]:
    """(path, pointer, raw answer) of all that the form says."""
    if form is None:
        return
    for name, raw in form["values"].items():
        yield name, pointer("form", "values", name), raw
    for group, rows in form["rows"].items():
        for n, row in enumerate(rows):
            for name, raw in row["values"].items():
                where = pointer("form", "rows", group, n, "values", name)
                yield path_of(name, group, Row(row["id"], {})), where, raw


def _says_nothing(raw: Any) -> bool:
    return raw in ("", [])


def _is_unavailable(raw: Any) -> bool:
    """Said in place of photos: those that were taken after all say more."""
    return isinstance(raw, dict) and "unavailable" in raw
