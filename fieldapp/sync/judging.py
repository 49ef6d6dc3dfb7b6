"""What a record is worth: accepted, a revision, or waiting for a person with every reason. Pure.

The record comes as `RecordSchema` loads it, so each field has its type; whether it fits the edition, the
register, the task and what was received before is judged here.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal

from fieldapp.checklists.form import Edition, Item
from fieldapp.sync import carrying
from fieldapp.sync.comparing import Standing, softenings
from fieldapp.sync.facts import Facts, LostTask, TaskFacts
from fieldapp.sync.judging_forms import ASKED_AGAIN, asked_again_reasons, form_reasons
from fieldapp.sync.reasons import MOST_REASONS, Reason, pointer, reason

AHEAD = timedelta(days=1)
LONGEST_STAY = timedelta(days=7)

State = Literal["accepted", "revision", "quarantined"]


@dataclass(frozen=True)
class Judgement:
    state: State
    reasons: tuple[Reason, ...]


def judge(record: Mapping[str, Any], facts: Facts) -> Judgement:
    found = (
        *_of_sending(record, facts),
        *_of_task(record, facts),
        *_of_edition(record, facts),
        *_of_parts(record),
        *_of_history(record, facts),
    )
    standing = tuple(r for r in found if r.code not in facts.waived)[:MOST_REASONS]
    if standing:
        return Judgement("quarantined", standing)
    return Judgement("revision" if facts.standing else "accepted", ())


def _of_sending(record: Mapping[str, Any], facts: Facts) -> Iterator[Reason]:
    if facts.signature_state == "invalid":
        yield reason("invalid_signature")
    for name in sorted(facts.revoked):
        yield reason("revoked_phone", "", name)
    if record["id"] != facts.sent_id:
        yield reason("id_mismatch", "/id")
    started, finished = record["started_at"], record["finished_at"]
    if finished < started:
        yield reason("absurd_time", "/finished_at", "结束早于开始")
    if finished - started > LONGEST_STAY:
        yield reason("absurd_time", "/finished_at", "历时超过七天")
    if started > facts.received_at + AHEAD:
        yield reason("absurd_time", "/started_at", "晚于收到的时间")
    yield from _of_moments(record, started - AHEAD, finished + AHEAD)


def _of_moments(
    record: Mapping[str, Any], earliest: datetime, latest: datetime
) -> Iterator[Reason]:
    """An answer dated far from its visit would escape every comparison with what an authority saw."""
    for name, key in (("answers", "answered_at"), ("findings", "found_at")):
        for n, part in enumerate(record[name]):
            if not earliest <= part[key] <= latest:
                yield reason("absurd_time", pointer(name, n, key), "不在检查的起止时间之内")


def _of_task(record: Mapping[str, Any], facts: Facts) -> Iterator[Reason]:
    if facts.task is not None:
        yield from _of_this_task(record, facts, facts.task)
    elif record["task_id"] is None:
        yield from _of_no_task(record, facts)
    elif facts.lost is not None:
        yield from _of_lost_task(record, facts, facts.lost)
    else:
        yield reason("unknown_task", "/task_id")


def _of_this_task(record: Mapping[str, Any], facts: Facts, task: TaskFacts) -> Iterator[Reason]:
    if not facts.has_access:
        yield reason("no_access", "/project_id")
    if task.assignee_id != facts.sender_id:
        yield reason("not_your_task", "/task_id")
    for name in ("kind", "scheme", "project_id", "nonce"):
        if record[name] != getattr(task, name):
            yield reason("task_mismatch", f"/{name}")
    if (record["edition"]["id"], record["edition"]["edition"]) != (task.checklist, task.edition):
        yield reason("task_mismatch", "/edition")
    yield from _of_matter(record, task)


def _of_lost_task(record: Mapping[str, Any], facts: Facts, lost: LostTask) -> Iterator[Reason]:
    """Nobody here gave it out as far as the rows tell, so a person says that it was."""
    yield reason("task_lost", "/task_id")
    for words in lost.contradictions:
        yield reason("chain_contradicts", "/chain", words)
    if lost.wanting is not None:
        yield reason("matter_lost", "/task_id", lost.wanting)
    else:
        yield from _of_this_task(record, facts, lost.order)


def _of_matter(record: Mapping[str, Any], task: TaskFacts) -> Iterator[Reason]:
    """What the task is about: a rejected photo, a hazard, questions that were left."""
    answered = record["answers_re_shoot"]
    if (answered and (answered["visit_id"], answered["evidence_id"])) != task.re_shoot:
        yield reason("task_mismatch", "/answers_re_shoot")
    seen = record["re_inspection"]
    if seen and (seen["visit_id"], seen["finding_id"]) != task.re_inspection:
        yield reason("task_mismatch", "/re_inspection")
    if task.questions is not None:
        for n, answer in enumerate(record["answers"]):
            if answer["question"] not in task.questions:
                yield reason("task_mismatch", pointer("answers", n, "question"))


def _of_no_task(record: Mapping[str, Any], facts: Facts) -> Iterator[Reason]:
    """A training, a closed gate: begun by the surveyor, where the form allows it."""
    if facts.form is not None and not facts.form.unplanned:
        yield reason("unknown_task", "/task_id", "此类记录须有任务")
    if facts.form is not None and record["scheme"] not in facts.form.schemes:
        yield reason("task_mismatch", "/scheme")
    if not facts.has_access:
        yield reason("no_access", "/project_id")
    if record["nonce"] is not None:
        yield reason("task_mismatch", "/nonce")


def _of_edition(record: Mapping[str, Any], facts: Facts) -> Iterator[Reason]:
    if record["form"] is not None or facts.form is not None:
        yield from _of_form(record, facts)
        return
    if facts.edition is None:
        yield reason("unknown_edition", "/edition")
        return
    if record["edition"]["digest"] != facts.digest:
        yield reason("unknown_edition", "/edition/digest")
    categories = {category.id for category in facts.edition.categories}
    for where, category in _named(record, ("categories", "evidence"), "category"):
        if category not in categories:
            yield reason("unknown_category", where(), category)
    items = {item.id: item for category in facts.edition.categories for item in category.items}
    for where, question in _named(record, ("answers", "findings", "evidence"), "question"):
        yield from _of_question(question, where, items, facts)
    for n, answer in enumerate(record["answers"]):
        yield from _of_readings(answer, n, items)
        yield from _of_carrying(
            answer, partial(pointer, "answers", n, "carried_from"), items, facts
        )


def _of_form(record: Mapping[str, Any], facts: Facts) -> Iterator[Reason]:
    asked_again = record["kind"] in ASKED_AGAIN
    if facts.form is None or not (asked_again or record["edition"]["id"] == record["kind"]):
        yield reason("unknown_edition", "/edition")
        return
    if record["edition"]["digest"] != facts.digest:
        yield reason("unknown_edition", "/edition/digest")
    for name in ("categories", "answers", "findings"):
        if record[name]:
            yield reason("unknown_field", f"/{name}", "表单没有检查项")
    if not asked_again:
        yield from form_reasons(record, facts.form)
    elif facts.order is not None:
        yield from asked_again_reasons(record, facts.order.re_shoot_question)


Place = Callable[[], str]
"""A pointer, made where it is asked for: hardly any part of a record is ever pointed at."""


def _named(
    record: Mapping[str, Any], lists: tuple[str, ...], key: str
) -> Iterator[tuple[Place, str]]:
    """(place, value) of each part of these lists that says something under `key`."""
    for name in lists:
        for n, part in enumerate(record[name]):
            if part[key] is not None:
                yield partial(pointer, name, n, key), part[key]


def _of_question(
    question: str, where: Place, items: Mapping[str, Item], facts: Facts
) -> Iterator[Reason]:
    item_id, _, unit_id = question.rpartition("@")
    item = items.get(item_id)
    if item is None:
        yield reason("unknown_item", where(), question)
    elif unit_id == "site":
        if item.unit != "site":
            yield reason("wrong_unit", where(), question)
    elif unit_id not in facts.units:
        # Without the task we do not know whose register to look at, and have said so already.
        if facts.order is not None:
            yield reason("unknown_unit", where(), question)
    elif not _fits(item, facts.units[unit_id], facts.edition):
        yield reason("wrong_unit", where(), question)


def _fits(item: Item, kind_id: str, edition: Edition | None) -> bool:
    kinds = {kind.id: kind for kind in edition.unit_kinds} if edition else {}
    kind = kinds.get(kind_id)
    return kind is not None and item.unit in (kind.id, kind.general_from)


def _of_readings(
    answer: Mapping[str, Any], place: int, items: Mapping[str, Item]
) -> Iterator[Reason]:
    item = items.get(answer["question"].rpartition("@")[0])
    for n, given in enumerate(answer["readings"] if item else ()):
        if item is not None and given["limit"] >= len(item.limits):
            where = pointer("answers", place, "readings", n, "limit")
            yield reason("bad_value", where, "没有这一限值")


def _of_carrying(
    answer: Mapping[str, Any], where: Place, items: Mapping[str, Item], facts: Facts
) -> Iterator[Reason]:
    """What has lapsed meanwhile is no reason: a phone without signal could not know it."""
    item = items.get(answer["question"].rpartition("@")[0])
    why = carrying.wrong(answer, item, facts.carried.get(answer["question"]))
    if why is not None:
        yield reason("carried_wrongly", where(), why)


def _of_parts(record: Mapping[str, Any]) -> Iterator[Reason]:
    for name, key in (
        ("categories", "category"),
        ("answers", "question"),
        ("findings", "id"),
        ("evidence", "id"),
    ):
        yield from _twice(record[name], name, key)
    findings = {finding["id"] for finding in record["findings"]}
    for where, finding_id in _named(record, ("answers", "evidence"), "finding_id"):
        if finding_id not in findings:
            yield reason("unknown_finding", where())
    yield from _of_annotations(record)
    yield from _of_signature(record)


def _of_signature(record: Mapping[str, Any]) -> Iterator[Reason]:
    """A photo that answers a question cannot be the drawn signature as well: nobody would judge it."""
    signed, where = record["signature"], "/signature/evidence_id"
    if signed is None or signed["evidence_id"] is None:
        return
    named = next((e for e in record["evidence"] if e["id"] == signed["evidence_id"]), None)
    if named is None:
        yield reason("unknown_evidence", where)
    elif signed["outcome"] == "signed" and (named["question"] or named["finding_id"]):
        yield reason("bad_value", where, "签名不能是检查项或问题的照片")


def _of_annotations(record: Mapping[str, Any]) -> Iterator[Reason]:
    """Each was drawn on a photo of this very record."""
    taken = {evidence["id"] for evidence in record["evidence"]}
    for n, drawn in enumerate(record["annotations"]):
        where = pointer("evidence", len(record["evidence"]) + n, "annotates")
        if drawn["id"] in taken:
            yield reason("duplicate", where, drawn["id"])
        if drawn["annotates"] not in taken:
            yield reason("unknown_evidence", where)


def _twice(parts: list[dict[str, Any]], name: str, key: str) -> Iterator[Reason]:
    often = Counter(part[key] for part in parts)
    if len(often) == len(parts):
        return
    seen: set[str] = set()
    for n, part in enumerate(parts):
        if part[key] in seen:
            yield reason("duplicate", pointer(name, n, key), part[key])
        seen.add(part[key])


def _of_history(record: Mapping[str, Any], facts: Facts) -> Iterator[Reason]:
    for where, sent_id in _named(record, ("findings", "evidence"), "id"):
        if sent_id in facts.elsewhere:
            yield reason("different_content", where(), "该编号属于另一次检查")
    for n, evidence in enumerate(record["evidence"]):
        if facts.filed.get(evidence["id"], evidence["sha256"]) != evidence["sha256"]:
            yield reason(
                "different_content", pointer("evidence", n, "sha256"), "该照片编号已对应其他内容"
            )
    for drawn in record["annotations"]:
        if facts.annotated.get(drawn["id"], drawn["sha256"]) != drawn["sha256"]:
            yield reason("different_content", "/evidence", "该标注编号已对应其他内容")
    if facts.standing is not None:
        yield from _beside(record, facts, facts.standing)


def _beside(record: Mapping[str, Any], facts: Facts, standing: Standing) -> Iterator[Reason]:
    if facts.superseded:
        yield reason("superseded")
    if standing.task_id != record["task_id"]:
        yield reason("task_mismatch", "/task_id", "与已收到的记录不同")
    if standing.surveyor_id != facts.sender_id:
        yield reason("different_author")
    if standing.handed_over:
        yield reason("handed_over")
    yield from softenings(record, standing)
