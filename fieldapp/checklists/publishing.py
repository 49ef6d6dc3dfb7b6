"""Publishing an edition: once, for ever. Phones in the field hold it, and judged visits rest on it."""

import json
from functools import lru_cache
from pathlib import Path

from fieldapp.checklists import editions
from fieldapp.checklists.form import Edition
from fieldapp.checklists.forms import editions as form_editions
from fieldapp.checklists.forms.template import FormEdition
from fieldapp.checklists.models import PublishedEdition
from fieldapp.db import db
from fieldapp.errors import Conflict, NotFound
from fieldapp.keys import canonical


class EditionDiffers(Conflict):
    zh = "该版次已发布，内容不可更改。请以新的版次发布。"
    en = "This edition is published and cannot change. Publish the correction as a new edition."


def publish(edition: Edition | FormEdition) -> PublishedEdition:
    """Keep the edition as phones will download it. The same content again is the same publication.

    Raises EditionDiffers when other content was already published under its id and edition.
    """
    is_form = isinstance(edition, FormEdition)
    document = form_editions.as_json(edition) if is_form else editions.as_json(edition)
    known = db.session.get(PublishedEdition, (edition.id, edition.edition))
    if known is not None:
        if known.digest != document["digest"]:
            raise EditionDiffers
        return known
    row = PublishedEdition(
        checklist=edition.id,
        edition=edition.edition,
        digest=document["digest"],
        body=canonical(document),
    )
    db.session.add(row)
    db.session.flush()
    return row


def published(checklist: str, edition: str) -> PublishedEdition:
    """Raises NotFound."""
    row = db.session.get(PublishedEdition, (checklist, edition))
    if row is None:
        raise NotFound("没有这一版检查表。", "There is no such edition of this checklist.")
    return row


def read(row: PublishedEdition) -> Edition | FormEdition:
    """The edition as the rules take it: a checklist's or a form's."""
    return _read(row.body)


@lru_cache(maxsize=32)
def _read(body: bytes) -> Edition | FormEdition:
    # Reading an edition costs far more than judging a visit by it, and published bytes never change.
    document = json.loads(body)
    is_form = form_editions.is_form(document["edition"])
    return form_editions.from_json(document) if is_form else editions.from_json(document)


def publish_shipped() -> list[PublishedEdition]:
    """Publish every edition that this program ships with; those already published stay as they are."""
    folders = sorted(
        folder for checklist in editions.DATA.iterdir() for folder in checklist.iterdir()
    )
    return [publish(_shipped(folder)) for folder in folders if folder.is_dir()]


def _shipped(folder: Path) -> Edition | FormEdition:
    is_form = (folder / form_editions.FILE).exists()
    load = form_editions.load if is_form else editions.load
    return load(folder.parent.name, folder.name)
