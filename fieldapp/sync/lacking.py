"""What the edition says of an accepted record: what it lacks (told, never a refusal), drew, shows of people. Pure.

By the same rules that the phone's last page runs.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fieldapp.checklists import draw, walk
from fieldapp.checklists.completeness import completeness
from fieldapp.checklists.form import Absence, Answer, Due, Edition, Photo, Reading, State, Unit


@dataclass(frozen=True)
class Lack:
    question: str | None
    code: str
    detail: str


def lacks(
    record: Mapping[str, Any],
    edition: Edition,
    units: Sequence[Unit],
    questions: Collection[str] | None = None,
) -> tuple[Lack, ...]:
    """`units`: the register as the surveyor found it. `questions`: of a follow-up, all that it is about."""
    if record["kind"] in _OF_OTHER_KINDS:
        return lacks_of_task(record)
    found = completeness(edition, state_of(record, units))
    of_form = [
        Lack(s.key, s.code, s.zh)
        for s in (*found.missing, *found.remarks)
        if questions is None or s.key in questions
    ]
    return (*of_form, *_of_findings(record), *_of_signature(record))


def lacks_of_task(record: Mapping[str, Any]) -> tuple[Lack, ...]:
    """Of the kinds that answer for one photo or hazard: no edition asks more of them. Raises KeyError for others."""
    return tuple(_OF_OTHER_KINDS[record["kind"]](record))


def drawn_in(record: Mapping[str, Any], edition: Edition, units: Sequence[Unit]) -> frozenset[str]:
    """The questions that 抽拍 picked, from the task's nonce."""
    state = state_of(record, units)
    asked = walk.questions(edition, state.units, state.absences.keys())
    return frozenset(d.key for d in draw.draw(edition, state.nonce, asked, state.answers))


def personal_evidence(record: Mapping[str, Any], edition: Edition) -> frozenset[str]:
    """Sent ids of the photos of a person's papers or face: shots that the edition marks, and the signature's."""
    marked = {
        (item.id, listed.shot)
        for category in edition.categories
        for item in category.items
        for listed in item.photo
        if listed.personal
    }
    shown = {
        e["id"]
        for e in record["evidence"]
        if ((e["question"] or "").rpartition("@")[0], e["shot"]) in marked
    }
    signed = record["signature"]
    return frozenset(
        shown | ({signed["evidence_id"]} if signed and signed["evidence_id"] else set())
    )


def state_of(record: Mapping[str, Any], units: Sequence[Unit]) -> State:
    """The record as the form's rules take it."""
    findings = {finding["id"]: finding for finding in record["findings"]}
    return State(
        units=units,
        nonce=record["nonce"],
        answers={
            a["question"]: _answer(a, findings.get(a["finding_id"])) for a in record["answers"]
        },
        absences={
            c["category"]: Absence(c["reason"], c["words"])
            for c in record["categories"]
            if not c["present"]
        },
        photos=[photo for evidence in record["evidence"] for photo in _photos(evidence)],
    )


def _answer(answer: Mapping[str, Any], finding: Mapping[str, Any] | None) -> Answer:
    said = finding or {
        "words": None,
        "major_answer": None,
        "fixed_on_site": False,
        "deadline": None,
    }
    return Answer(
        value=answer["value"],
        reason=answer["reason"],
        words=said["words"] or answer["words"],
        readings=tuple(
            Reading(given["limit"], given["value"], given["row"], given["person_says"])
            for given in answer["readings"]
        ),
        major_answer=said["major_answer"],
        fixed_on_site=said["fixed_on_site"],
        deadline=_due(said["deadline"]),
    )


def _due(deadline: Mapping[str, Any] | None) -> Due | None:
    return (
        Due(deadline["kind"], deadline["at"] and deadline["at"].isoformat()) if deadline else None
    )


def _photos(evidence: Mapping[str, Any]) -> Iterator[Photo]:
    category = evidence["category"]
    key = evidence["question"] or (category and walk.absence_key(category))
    if key:
        yield Photo(key, evidence["shot"])


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


def _of_explanation(record: Mapping[str, Any]) -> Iterator[Lack]:
    if not (record["words"] or "").strip():
        yield Lack(None, "explanation_missing", "说明任务没有写说明")


def _of_re_inspection(record: Mapping[str, Any]) -> Iterator[Lack]:
    seen = record["re_inspection"]
    if seen is None:
        yield Lack(None, "re_inspection_missing", "复查没有写结果")
        return
    shots = {evidence["shot"] for evidence in record["evidence"]}
    if seen["outcome"] == "rectified" and "after" not in shots:
        yield Lack(None, "after_missing", "没有整改后的照片，隐患不能闭环")
    if seen["outcome"] == "not_rectified" and not shots:
        yield Lack(None, "before_missing", "没有未整改的现状照片")
    if seen["outcome"] == "not_rectified" and not (seen["words"] or "").strip():
        yield Lack(None, "words_missing", "未整改没有写明情况")


_OF_OTHER_KINDS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[Lack]]] = {
    "re_shoot": _of_re_shoot,
    "explain": _of_explanation,
    "re_inspection": _of_re_inspection,
}
