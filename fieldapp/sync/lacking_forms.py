"""What a form edition says of an accepted record: what it lacks, which of its files show people. Pure."""

from collections.abc import Mapping
from typing import Any

from fieldapp.checklists.forms.answering import Filled, Row
from fieldapp.checklists.forms.lacking import gaps
from fieldapp.checklists.forms.template import FormEdition
from fieldapp.sync.lacking import Lack


def form_lacks(
    record: Mapping[str, Any], form: FormEdition, context: Mapping[str, Any]
) -> tuple[Lack, ...]:
    """By the same rules that the phone's last page runs. `context`: as the server said it with the task."""
    return tuple(Lack(gap.path, gap.code, gap.zh) for gap in gaps(form, filled_of(record, context)))


def filled_of(record: Mapping[str, Any], context: Mapping[str, Any]) -> Filled:
    said = record["form"]
    return Filled(
        values=said["values"],
        rows={
            group: [Row(row["id"], row["values"]) for row in rows]
            for group, rows in said["rows"].items()
        },
        photos=[evidence["question"] for evidence in record["evidence"] if evidence["question"]],
        context=context,
    )


def personal_files(record: Mapping[str, Any], form: FormEdition) -> frozenset[str]:
    """Sent ids of files of fields marked as personal, and of every signature."""
    marked = {
        asked.id
        for _, asked in form.fields()
        if asked.personal != "none" or asked.type == "signature"
    }
    return frozenset(
        evidence["id"]
        for evidence in record["evidence"]
        if (evidence["question"] or "").rpartition("/")[2] in marked
    )
