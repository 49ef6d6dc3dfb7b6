"""Answers that a record carries over from an earlier visit: does what they name bear them? Pure."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from fieldapp.checklists.form import Edition, Item
from fieldapp.sync.lacking import Lack

LAPSED = "carried_lapsed"
DRAWN = "本次抽拍抽中，须现场查看"


class Inspected(Protocol):
    """What the server knows of the answer that is named: visits/carrying.py."""

    @property
    def value(self) -> str: ...
    @property
    def answered_at(self) -> datetime: ...
    @property
    def valid_until(self) -> date | None: ...
    @property
    def is_carried(self) -> bool: ...
    @property
    def lapsed(self) -> str | None: ...


def wrong(answer: Mapping[str, Any], item: Item | None, named: Inspected | None) -> str | None:
    """Why no honest phone says this, in Chinese; None for what is carried rightly, or not carried."""
    claim = answer["carried_from"]
    if claim is None:
        return None
    if named is None:
        return "没有所指的检查或回答"
    said, known = (
        (claim["answered_at"], answer["valid_until"]),
        (named.answered_at, named.valid_until),
    )
    faults = {
        "这一检查项每次都须现场检查": item is not None and item.cadence == "each_visit",
        "只有合格的回答可以沿用": (answer["value"], named.value) != ("pass", "pass"),
        "所指的回答本身也是沿用的": named.is_carried,
        "核验时间或有效期与原记录不同": said != known,
    }
    return next((why for why, holds in faults.items() if holds), None)


def lapses(
    record: Mapping[str, Any],
    edition: Edition,
    named: Mapping[str, Inspected],
    drawn: Collection[str] = (),
) -> Iterator[Lack]:
    """What is carried on no ground, on one that has gone meanwhile, or though it was drawn: to be inspected after all."""
    items = {item.id: item for category in edition.categories for item in category.items}
    for answer in record["answers"]:
        if answer["carried_from"] is None:
            continue
        question = answer["question"]
        known, item = named.get(question), items.get(question.rpartition("@")[0])
        why = wrong(answer, item, known) or (known and known.lapsed)
        why = why or (DRAWN if question in drawn else None)
        if why:
            yield Lack(
                question,
                LAPSED,
                f"{item.zh if item else question}：沿用的核验不成立（{why}），须重新核验",
            )
