"""Whether a record's form fits its edition: names, shapes, the files it speaks of. What it lacks is told, never judged. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from fieldapp.checklists.forms.shapes import problem_of
from fieldapp.checklists.forms.template import Field, FormEdition
from fieldapp.sync.reasons import Reason, pointer, reason

WITH_FILES = ("photos", "signature")
ASKED_AGAIN = ("re_shoot", "explain")
"""Kinds that answer for one photo of a form and fill in none."""


def form_reasons(record: Mapping[str, Any], form: FormEdition) -> Iterator[Reason]:
    fields = {(section.group, asked.id): asked for section, asked in form.fields()}
    said = record["form"]
    yield from _of_values(said["values"], None, fields, pointer("form", "values"))
    for group, rows in said["rows"].items():
        where = pointer("form", "rows", group)
        if group not in {each.id for each in form.groups}:
            yield reason("unknown_field", where, group)
            continue
        ids = [row["id"] for row in rows]
        if len(set(ids)) < len(ids):
            yield reason("duplicate", where)
        for n, row in enumerate(rows):
            yield from _of_values(row["values"], group, fields, where + pointer(n, "values"))
    yield from _of_evidence(record, fields)
    yield from _of_signers(record)


def asked_again_reasons(record: Mapping[str, Any], question: str | None) -> Iterator[Reason]:
    """`question`: of the rejected photo; another one's would stand where nobody looks for it."""
    for n, evidence in enumerate(record["evidence"]):
        if evidence["question"] != question:
            yield reason("task_mismatch", pointer("evidence", n, "question"), "不是被退回的照片")


def _of_values(
    values: Mapping[str, Any],
    group: str | None,
    fields: Mapping[tuple[str | None, str], Field],
    where: str,
) -> Iterator[Reason]:
    for name, raw in values.items():
        asked = fields.get((group, name))
        if asked is None:
            yield reason("unknown_field", where + pointer(name), name)
            continue
        problem = problem_of(asked, raw)
        if problem:
            yield reason("bad_value", where + pointer(name), problem)


def _of_evidence(
    record: Mapping[str, Any], fields: Mapping[tuple[str | None, str], Field]
) -> Iterator[Reason]:
    """A photo of a row that was taken out again is still a photo; of a field that no edition has it is not."""
    for n, evidence in enumerate(record["evidence"]):
        path = evidence["question"] or ""
        group, _, rest = path.partition("/") if "/" in path else (None, "", path)
        asked = fields.get((group, rest.rpartition("/")[2]))
        if asked is None or asked.type not in WITH_FILES:
            yield reason("unknown_item", pointer("evidence", n, "question"), path)


def _of_signers(record: Mapping[str, Any]) -> Iterator[Reason]:
    there = {evidence["id"] for evidence in record["evidence"]}
    said = record["form"]
    rows = [row["values"] for listed in said["rows"].values() for row in listed]
    for values in (said["values"], *rows):
        for name, raw in values.items():
            signers = raw.get("signers") if isinstance(raw, dict) else None
            for signer in signers if isinstance(signers, list) else ():
                if isinstance(signer, dict) and signer.get("evidence_id") not in there:
                    yield reason("unknown_evidence", "/form", name)
