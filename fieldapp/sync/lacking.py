"""What an accepted record lacks, by the same rules that the phone's last page runs. Pure: told, never a refusal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fieldapp.checklists import draw, walk
from fieldapp.checklists.completeness import completeness
from fieldapp.checklists.form import Absence, Answer, Edition, Item, Photo, Shot, State, Unit

SHOWN_AS: Mapping[str, tuple[Shot, ...]] = {"absence": ("absent",), "before": ("far", "near")}
"""Shots whose name on the record differs from what the edition asks for."""


@dataclass(frozen=True)
class Lack:
    question: str | None
    code: str
    detail: str


def lacks(record: Mapping[str, Any], edition: Edition, units: Sequence[Unit]) -> tuple[Lack, ...]:
    """`units`: the register as the surveyor found it."""
    if record["kind"] == "re_shoot":
        return tuple(_of_re_shoot(record))
    found = completeness(edition, state_of(record, edition, units))
    of_form = [Lack(s.key, s.code, s.zh) for s in (*found.missing, *found.remarks)]
    return (*of_form, *_of_findings(record), *_of_signature(record))


def drawn_in(record: Mapping[str, Any], edition: Edition, units: Sequence[Unit]) -> frozenset[str]:
    """The questions that 抽拍 picked, from the task's nonce."""
    state = state_of(record, edition, units)
    asked = walk.questions(edition, state.units, state.absences.keys())
    return frozenset(d.key for d in draw.draw(edition, state.nonce, asked, state.answers))


def state_of(record: Mapping[str, Any], edition: Edition, units: Sequence[Unit]) -> State:
    """The record as the form's rules take it."""
    items = {item.id: item for category in edition.categories for item in category.items}
    findings = {finding["id"]: finding for finding in record["findings"]}
    return State(
        units=units,
        nonce=record["nonce"],
        answers={a["question"]: _answer(a, findings, items) for a in record["answers"]},
        absences={
            c["category"]: Absence(c["reason"], c["words"] or "") for c in record["categories"] if not c["present"]
        },
        photos=[photo for evidence in record["evidence"] for photo in _photos(evidence)],
    )


def _answer(answer: Mapping[str, Any], findings: Mapping[str, Any], items: Mapping[str, Item]) -> Answer:
    limits = items[answer["question"].rpartition("@")[0]].limits
    given = [(limits[reading["limit"]], reading) for reading in answer["readings"]]
    finding = findings.get(answer["finding_id"]) or {}
    deadline = finding.get("deadline") or {}
    at = deadline.get("at")
    return Answer(
        value=answer["value"],
        reason=answer["reason"],
        note=answer["words"] or "",
        readings={limit.q: reading["value"] for limit, reading in given},
        rows={limit.by: reading["row"] for limit, reading in given if limit.by and reading["row"]},
        meets_major=finding.get("major_answer"),
        words=finding.get("words") or answer["words"] or "",
        fixed_on_site=finding.get("fixed_on_site", False),
        deadline=deadline.get("kind"),
        deadline_at=at and at.isoformat(),
    )


def _photos(evidence: Mapping[str, Any]) -> Iterator[Photo]:
    category = evidence["category"]
    key = evidence["question"] or (category and walk.absence_key(category))
    if key:
        for shot in SHOWN_AS.get(evidence["shot"], (evidence["shot"],)):
            yield Photo(key, shot)


def _of_findings(record: Mapping[str, Any]) -> Iterator[Lack]:
    with_photo = {evidence["finding_id"] for evidence in record["evidence"]}
    for finding in record["findings"]:
        if not finding["place"].strip():
            yield Lack(finding["question"], "place_missing", "隐患没有写明部位")
        if finding["id"] not in with_photo:
            yield Lack(finding["question"], "finding_photo_missing", "隐患没有照片")
    for answer in record["answers"]:
        if answer["value"] == "fail" and answer["finding_id"] is None:
            yield Lack(answer["question"], "finding_missing", "答了不合格，但没有记录隐患")


def _of_signature(record: Mapping[str, Any]) -> Iterator[Lack]:
    signed = record["signature"]
    if signed is None:
        yield Lack(None, "signature_missing", "没有现场代表签字，也没有说明")
        return
    if signed["evidence_id"] is None:
        yield Lack(None, "signature_photo_missing", "签字、拒签或无人在场没有图像佐证")
    if signed["outcome"] != "signed" and not (signed["reason"] or "").strip():
        yield Lack(None, "signature_reason_missing", "拒签或无人在场没有写明原因")


def _of_re_shoot(record: Mapping[str, Any]) -> Iterator[Lack]:
    if not record["evidence"]:
        yield Lack(None, "re_shoot_missing", "补拍任务没有照片")
