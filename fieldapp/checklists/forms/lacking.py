"""What a filled-in form lacks or contradicts: told on the phone before sending, kept with the visit after. Never a refusal. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fieldapp.checklists.forms import identity
from fieldapp.checklists.forms.answering import BLANK, Answers, Filled, Place, read_as
from fieldapp.checklists.forms.template import FormEdition

CHECKED = {
    "person_id": identity.person_id,
    "organisation_code": identity.organisation_code,
    "phone": identity.phone,
}


@dataclass(frozen=True)
class Gap:
    """`path`: the field's, or the group's where rows are missing."""

    path: str
    code: str
    zh: str
    en: str


def gaps(edition: FormEdition, filled: Filled) -> list[Gap]:
    """In the order of the form."""
    answers = Answers(edition, filled)
    found = [gap for place in answers.places() for gap in _at(place, answers)]
    return [*_of_rows(answers), *found]


def _of_rows(answers: Answers) -> Iterator[Gap]:
    for group in answers.edition.groups:
        asked = any(
            answers.holds(section.applies_if, None)
            for section in answers.edition.sections
            if section.group == group.id
        )
        there, wanted = len(answers.filled.rows.get(group.id, ())), answers.rows_wanted(group)
        if asked and there < wanted:
            zh = f"{group.zh}：至少 {wanted} 组，还缺 {wanted - there} 组"
            en = f"{group.en}: at least {wanted}, {wanted - there} missing"
            yield Gap(group.id, "rows_missing", zh, en)


def _at(place: Place, answers: Answers) -> Iterator[Gap]:
    asked = place.field
    if asked.computed is None:
        by_type = {"photos": _of_photos, "signature": _of_signature}.get(asked.type, _of_answer)
        yield from by_type(place, answers)
    if asked.rule and _is_answered(place, answers) and answers.said(asked.rule, place.row) is False:
        zh = asked.rule_zh or f"{asked.zh}与其他内容不符"
        yield Gap(
            place.path, "broken_rule", zh, asked.rule_en or f"{asked.en} contradicts the rest"
        )


def _is_answered(place: Place, answers: Answers) -> bool:
    if place.field.computed is not None:
        return answers.value(place) is not None
    if place.field.type == "photos":
        return answers.photos_at(place) > 0
    return _is_said(answers.raw(place))


def _is_said(raw: Any) -> bool:
    return bool(raw.strip(BLANK)) if isinstance(raw, str) else raw is not None and raw != []


def _of_answer(place: Place, answers: Answers) -> Iterator[Gap]:
    asked, raw = place.field, answers.raw(place)
    if not _is_said(raw):
        if answers.required(place):
            yield Gap(place.path, "missing", f"未填：{asked.zh}", f"Not filled in: {asked.en}")
        return
    if asked.type in ("number", "date", "time") and read_as(asked.type, raw) is None:
        yield Gap(place.path, "unreadable", f"看不懂：{asked.zh}", f"Cannot be read: {asked.en}")
    elif asked.type in CHECKED and answers.holds(asked.check_if, place.row):
        if CHECKED[asked.type](raw) is None:
            zh, en = f"号码有误：{asked.zh}", f"Not a valid number: {asked.en}"
            yield Gap(place.path, "bad_number", zh, en)
    else:
        yield from _of_bounds(place, raw)


def _of_bounds(place: Place, raw: Any) -> Iterator[Gap]:
    asked = place.field
    if asked.type == "number":
        value = read_as("number", raw)
        low = asked.least is not None and value < Decimal(asked.least)  # type: ignore[operator]
        high = asked.most is not None and value > Decimal(asked.most)  # type: ignore[operator]
        if low or high:
            between = f"{asked.least or ''}～{asked.most or ''}"
            zh, en = f"超出范围（{between}）：{asked.zh}", f"Outside {between}: {asked.en}"
            yield Gap(place.path, "out_of_range", zh, en)
    elif asked.type == "text" and asked.least and len(raw.strip(BLANK)) < int(asked.least):
        zh = f"至少 {asked.least} 字：{asked.zh}"
        yield Gap(place.path, "too_short", zh, f"At least {asked.least} characters: {asked.en}")


def _of_photos(place: Place, answers: Answers) -> Iterator[Gap]:
    asked, raw, there = place.field, answers.raw(place), answers.photos_at(place)
    wanted = int(asked.least or 1) if answers.required(place) else 0
    if there >= wanted:
        return
    why = raw.get("unavailable") if isinstance(raw, dict) else None
    if _is_said(why):
        zh, en = f"无法取得：{asked.zh}（{why}）", f"Not obtainable: {asked.en} ({why})"
        yield Gap(place.path, "unavailable", zh, en)
        return
    zh, en = (
        f"缺照片 {wanted - there} 张：{asked.zh}",
        f"{wanted - there} photos missing: {asked.en}",
    )
    yield Gap(place.path, "photo_missing", zh, en)


def _of_signature(place: Place, answers: Answers) -> Iterator[Gap]:
    asked, raw = place.field, answers.raw(place)
    if not isinstance(raw, dict):
        if answers.required(place):
            zh, en = f"未签：{asked.zh}", f"Not signed: {asked.en}"
            yield Gap(place.path, "signature_missing", zh, en)
        return
    if raw.get("outcome") == "refused":
        if not _is_said(raw.get("reason")):
            zh, en = f"未写明原因：{asked.zh}", f"No reason given: {asked.en}"
            yield Gap(place.path, "reason_missing", zh, en)
        if not answers.photos_at(place):
            zh, en = f"缺现场照片：{asked.zh}", f"Scene photo missing: {asked.en}"
            yield Gap(place.path, "photo_missing", zh, en)
        return
    there, wanted = len(raw.get("signers") or ()), int(asked.least or 1)
    if there < wanted:
        zh = f"还差 {wanted - there} 人签名：{asked.zh}"
        en = f"{wanted - there} signatures missing: {asked.en}"
        yield Gap(place.path, "signers_missing", zh, en)
