"""Publishing an edition: once, for ever. Phones in the field hold it, and judged visits rest on it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, bindparam

from fieldapp.checklists import editions
from fieldapp.checklists.form import Edition
from fieldapp.checklists.forms import editions as form_editions
from fieldapp.checklists.forms.template import FORM_KINDS, FormEdition
from fieldapp.checklists.models import PublishedEdition
from fieldapp.db import db
from fieldapp.errors import Conflict, NotFound
from fieldapp.keys import canonical

Read = TypeVar("Read")

MOST_KNOWN = 32
_editions: dict[str, Edition] = {}
_forms: dict[str, FormEdition] = {}


class EditionDiffers(Conflict):
    zh = "该版次已发布，内容不可更改。请以新的版次发布。"
    en = "This edition is published and cannot change. Publish the correction as a new edition."


@dataclass(frozen=True)
class Printed:
    """An edition as the very bytes that phones download."""

    checklist: str
    edition: str
    digest: str
    body: bytes


def publish(edition: Edition | FormEdition) -> PublishedEdition:
    """Keep the edition as phones will download it. The same content again is the same publication.

    Raises EditionDiffers when other content was already published under its id and edition.
    """
    return _publish(_print(edition))


def _publish(printed: Printed) -> PublishedEdition:
    known = db.session.get(PublishedEdition, (printed.checklist, printed.edition))
    if known is not None:
        if known.digest != printed.digest:
            raise EditionDiffers
        return known
    row = PublishedEdition(**asdict(printed))
    db.session.add(row)
    db.session.flush()
    return row


def _print(edition: Edition | FormEdition) -> Printed:
    if isinstance(edition, FormEdition):
        document = form_editions.as_json(edition)
    else:
        document = editions.as_json(edition)
    return Printed(edition.id, edition.edition, document["digest"], canonical(document))


def published(checklist: str, edition: str) -> PublishedEdition:
    """Raises NotFound."""
    row = find(checklist, edition)
    if row is None:
        raise NotFound("没有这一版检查表。", "There is no such edition of this checklist.")
    return row


def find(checklist: str, edition: str) -> PublishedEdition | None:
    asked = {"checklist": checklist, "edition": edition}
    row: PublishedEdition | None = db.session.scalar(_named(), asked)
    return row


@cache
def _named() -> Select[PublishedEdition]:
    return db.select(PublishedEdition).where(named())


def named() -> ColumnElement[bool]:
    """A condition: of the `checklist` and `edition` that a question is asked with."""
    return (PublishedEdition.checklist == bindparam("checklist")) & (
        PublishedEdition.edition == bindparam("edition")
    )


def newest(checklist: str) -> PublishedEdition:
    """What is given out today. Raises NotFound before anything was published."""
    row = newest_of((checklist,)).get(checklist)
    if row is None:
        raise NotFound("尚未发布这种检查表。", "No edition of this checklist is published yet.")
    return row


def newest_of(checklists: Sequence[str]) -> dict[str, PublishedEdition]:
    """By checklist, in the order given; what was never published is left out."""
    rows = db.session.scalars(
        db.select(PublishedEdition)
        .where(PublishedEdition.checklist.in_(checklists))
        .order_by(PublishedEdition.edition)
    )
    known = {row.checklist: row for row in rows}
    return {checklist: known[checklist] for checklist in checklists if checklist in known}


def read(row: PublishedEdition) -> Edition:
    """The checklist as the rules take it."""
    return _once(_editions, row, editions.from_json)


def read_form(row: PublishedEdition) -> FormEdition:
    """The form as the rules take it."""
    return _once(_forms, row, form_editions.from_json)


def is_form(row: PublishedEdition) -> bool:
    return row.checklist in FORM_KINDS


def _once(known: dict[str, Read], row: PublishedEdition, reads: Callable[[Any], Read]) -> Read:
    """Reading an edition costs far more than judging a visit by it, and published bytes never change."""
    if row.digest not in known:
        if len(known) >= MOST_KNOWN:
            known.clear()
        known[row.digest] = reads(json.loads(row.body))
    return known[row.digest]


def publish_shipped() -> list[PublishedEdition]:
    """Publish every edition that this program ships with; those already published stay as they are."""
    return [_publish(printed) for printed in _shipped()]


@cache
def _shipped() -> list[Printed]:
    """Read and proven once: a program's own files do not change while it runs."""
    folders = sorted(
        folder for checklist in editions.DATA.iterdir() for folder in checklist.iterdir()
    )
    return [_print(_read(folder)) for folder in folders if folder.is_dir()]


def _read(folder: Path) -> Edition | FormEdition:
    kind, edition = folder.parent.name, folder.name
    if kind in FORM_KINDS:
        return form_editions.load(kind, edition)
    return editions.load(kind, edition)
